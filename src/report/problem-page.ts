import { renderDocument } from './shell/document.ts';
import { html } from './html.ts';

/** A page for what could not be shown: what happened and what to do. */
export function renderProblemPage(problem: {
  title: string;
  message: string;
  violations?: readonly { pointer: string; message: string }[];
}): string {
  const { violations = [] } = problem;
  return renderDocument({
    title: `⚠ ${problem.title} · Canary Verdict`,
    body: html`<main id="main">
      <header class="banner error">
        <h1>
          <span class="sign error"><span aria-hidden="true">⚠</span> ${problem.title}</span>
        </h1>
        <p>${problem.message.replace(/^./, (first) => first.toUpperCase())}</p>
        ${
          violations.length > 0 &&
          html`<ul>
            ${violations.map(({ pointer, message }) => html`<li><code>${pointer}</code> ${message}</li>`)}
          </ul>`
        }
      </header>
    </main>`,
  });
}
