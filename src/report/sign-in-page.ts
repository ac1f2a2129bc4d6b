import { renderDocument } from './shell/document.ts';
import { html, type SafeHtml } from './html.ts';

/**
 * Asks for a token; `next` is the page that is opened with it, and `problem` why one is asked for again. Who came by
 * no other page may want to sign out.
 */
export function renderSignInPage(page: { next?: string; problem?: string }): string {
  const { next, problem } = page;
  return renderDocument({
    title: '⚿ Sign in · Canary Verdict',
    body: html`<main id="main">
      <header class="banner">
        <h1><span class="sign neutral">Sign in</span></h1>
        ${problem !== undefined && html`<p role="alert">${problem}</p>`}
        <form method="post" action="/login">
          <label for="token">Token</label>
          <input
            id="token"
            name="token"
            type="password"
            autocomplete="current-password"
            required=""
            autofocus=""
          />
          ${next !== undefined && html`<input type="hidden" name="next" value="${next}" />`}
          <button type="submit">Sign in</button>
        </form>
        <p class="quiet">
          One of those that the operator of this service has set under <code>server.tokens</code>.
          ${
            next !== undefined &&
            html`Signed in already? Links from elsewhere do not say so:
              <a href="${next}">open the page</a>.`
          }
        </p>
        ${next === undefined && problem === undefined && renderSignOut()}
      </header>
    </main>`,
  });
}

function renderSignOut(): SafeHtml {
  return html`<form method="post" action="/logout"><button type="submit">Sign out</button></form>`;
}

/** After signing in without a page to go to. */
export function renderSignedInPage({ name }: { name: string }): string {
  return renderDocument({
    title: '⚿ Signed in · Canary Verdict',
    body: html`<main id="main">
      <header class="banner">
        <h1><span class="sign neutral">Signed in as ${name}</span></h1>
        <p>Reports open in this browser now.</p>
        ${renderSignOut()}
      </header>
    </main>`,
  });
}
