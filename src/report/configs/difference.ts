import { diff } from 'node:util';
import { html, type Content, type SafeHtml } from '../html.ts';
import { yamlText } from './yaml-text.ts';

/** How one line of a text stands to another text. */
export interface DiffLine {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** As `diff` numbers them when the old text comes first: then a removed line stands before what replaces it. */
const KINDS = { '-1': 'added', 0: 'same', 1: 'removed' } as const;
const SIGNS = { removed: '−', same: ' ', added: '+' } as const;
const CONTEXT = 3;

/** Line by line, from the old document to the new one. */
export function diffDocuments(left: unknown, right: unknown): DiffLine[] {
  const linesOf = (document: unknown) => yamlText(document).trimEnd().split('\n');
  return diff(linesOf(left), linesOf(right)).map(([kind, text]) => ({
    kind: KINDS[String(kind) as keyof typeof KINDS],
    text,
  }));
}

/** What changed, with some lines around it. */
export function renderDifference(left: unknown, right: unknown, label: string): SafeHtml {
  const lines = diffDocuments(left, right);
  const near = (at: number) =>
    lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ kind }) => kind !== 'same');
  if (lines.every(({ kind }) => kind === 'same')) return html`<p>They say the same.</p>`;
  return html`<pre class="difference scroll" tabindex="0" aria-label="${label}">
${lines.map((line, at) => renderLine(line, near(at), at > 0 && near(at - 1)))}</pre>`;
}

function renderLine({ kind, text }: DiffLine, isNear: boolean, wasNear: boolean): Content {
  const line = `${SIGNS[kind]} ${text}`;
  if (kind === 'removed') return html`<del>${line}</del>`;
  if (kind === 'added') return html`<ins>${line}</ins>`;
  if (isNear) return html`<span>${line}</span>`;
  return wasNear && html`<span class="quiet">…</span>`;
}
