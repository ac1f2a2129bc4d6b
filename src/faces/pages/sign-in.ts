import type { Sessions } from '../../http/admission/sessions.ts';
import type { Tokens } from '../../http/admission/tokens.ts';
import type { Handlers } from '../../http/operation.ts';
import type { components } from '../../openapi.d.ts';
import { renderSignedInPage, renderSignInPage } from '../../report/sign-in-page.ts';
import { page, seeOther } from './page.ts';

export interface SignInParts {
  tokens: Tokens;
  sessions: Sessions;
}

/** Exchanges a token for a cookie, so that a browser can open what wants a token. */
export function signInHandlers({ tokens, sessions }: SignInParts): Handlers {
  return {
    getSignInPage: () => Promise.resolve(page(200, renderSignInPage({}), 'form')),
    signIn({ body }) {
      const { token: shown, next } = body as components['schemas']['SignIn'];
      const token = tokens.match(shown.trim());
      if (token === undefined) {
        const problem = 'This is no token of this service.';
        const again = next === undefined ? { problem } : { next, problem };
        return Promise.resolve(page(401, renderSignInPage(again), 'form'));
      }
      const cookie = { 'set-cookie': sessions.open(token) };
      const answer =
        next === undefined ? page(200, renderSignedInPage(token), 'form') : seeOther(next);
      return Promise.resolve({ ...answer, headers: { ...answer.headers, ...cookie } });
    },
    signOut() {
      const { headers, ...answer } = seeOther('/login');
      const cookie = { 'set-cookie': sessions.close() };
      return Promise.resolve({ ...answer, headers: { ...headers, ...cookie } });
    },
  };
}
