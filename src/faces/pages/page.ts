import type { Answer } from '../../http/operation.ts';
import {
  CONTENT_SECURITY_POLICY,
  FORM_SECURITY_POLICY,
  VIEWER_SECURITY_POLICY,
} from '../../report/shell/security.ts';

const POLICIES = {
  plain: CONTENT_SECURITY_POLICY,
  form: FORM_SECURITY_POLICY,
  viewer: VIEWER_SECURITY_POLICY,
};

/** An answer that is HTML, never cached, and can do no more than it must. */
export function page(
  status: number,
  content: string,
  kind: keyof typeof POLICIES = 'plain',
): Answer {
  return {
    status,
    text: { type: 'text/html; charset=utf-8', content },
    headers: {
      'content-security-policy': POLICIES[kind],
      // a form of a page that tells no referrer comes from the origin "null", as from a foreign page
      'referrer-policy': kind === 'form' ? 'same-origin' : 'no-referrer',
      'cache-control': 'no-store',
    },
  };
}

/** Leads on to another page of this service, after something was done. */
export function seeOther(location: string): Answer {
  return { status: 303, headers: { location, 'cache-control': 'no-store' } };
}
