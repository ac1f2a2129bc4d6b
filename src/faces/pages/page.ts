import type { Dialect } from '../../http/dialect.ts';
import type { Answer, Handlers } from '../../http/operation.ts';
import { withoutSignIn } from '../../report/shell/document.ts';
import { CONTENT_SECURITY_POLICY, FORM_SECURITY_POLICY } from '../../report/shell/security.ts';

/** An answer that is HTML, never cached, and can do no more than it must. */
export function page(status: number, content: string, kind: 'plain' | 'form' = 'plain'): Answer {
  return {
    status,
    text: { type: 'text/html; charset=utf-8', content },
    headers: {
      'content-security-policy': kind === 'form' ? FORM_SECURITY_POLICY : CONTENT_SECURITY_POLICY,
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
  if (answer.text?.type.startsWith('text/html') !== true) return answer;
  return { ...answer, text: { ...answer.text, content: withoutSignIn(answer.text.content) } };
}
