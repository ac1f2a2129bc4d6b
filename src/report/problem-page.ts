import { renderDocument } from './document.ts';
import { html } from './html.ts';

/** A page for what could not be shown: what happened and what to do. */
export function renderProblemPage(problem: { title: string; message: string }): string {
  return renderDocument({
    title: `⚠ ${problem.title} · Canary Verdict`,
    body: html`<main>
      <header class="banner error">
        <p class="brand">Canary Verdict</p>
        <h1>
          <span class="sign error"><span aria-hidden="true">⚠</span> ${problem.title}</span>
        </h1>
        <p>${problem.message}</p>
      </header>
    </main>`,
  });
}
