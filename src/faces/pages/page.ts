import type { Dialect } from '../../http/dialect.ts';
import type { Answer, Handlers } from '../../http/operation.ts';
import { withoutSignIn } from '../../report/shell/document.ts';
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

export const HTML = 'text/html; charset=utf-8';

/** An answer that is HTML, never cached, and can do no more than it must. */
export function page(
  status: number,
  content: string,
  kind: keyof typeof POLICIES = 'plain',
): Answer {
  return {
    status,
    text: { type: HTML, content },
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

/** The same pages of a service that knows no tokens: their head offers no session. */
export function faceWithoutSignIn({
  handlers,
  dialect,
}: {
  handlers: Handlers;
  dialect: Dialect;
}): { handlers: Handlers; dialect: Dialect } {
  const open = Object.entries(handlers).map(
    ([id, handle]) =>
      [id, async (call: Parameters<typeof handle>[0]) => opened(await handle(call))] as const,
  );
  return {
    handlers: Object.fromEntries(open),
    dialect: { ...dialect, formatFault: (...fault) => opened(dialect.formatFault(...fault)) },
  };
}

function opened(answer: Answer): Answer {
  const { text, stream } = answer;
  if (text?.type === HTML)
    return { ...answer, text: { ...text, content: withoutSignIn(text.content) } };
  if (stream?.type !== HTML) return answer;
  // the head of a page is within its first part
  const content = stream.content.map((part: string) => withoutSignIn(part));
  return { ...answer, stream: { ...stream, content } };
}
