import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { html } from '../../src/report/html.ts';

test('what is interpolated is escaped, unless it is markup itself', () => {
  const inner = html`<b>${'<i>'}</b>`;
  assert.equal(
    String(html`<p title="${`"'&`}">${inner}</p>`),
    '<p title="&quot;&#39;&amp;"><b>&lt;i&gt;</b></p>',
  );
});

test('lists are joined; undefined and false are nothing, 0 is something', () => {
  assert.equal(
    String(html`${[1, [html`<b>!</b>`, '<']]}${undefined}${false}${0}`),
    '1<b>!</b>&lt;0',
  );
});

test('no text leaves the place it is put in', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const inside = String(html`<p title="${text}">${text}</p>`).slice(10, -4);
      assert.doesNotMatch(inside.replace('">', ''), /[<>"']/);
    }),
  );
});
