import { html, type Content, type SafeHtml } from '../html.ts';
import { ASSETS } from '../shell/assets.ts';
import { renderDocument } from '../shell/document.ts';

/** One thing to say about a text, and the line that it is about. */
export interface LineRemark {
  line: number;
  pointer: string;
  message: string;
}

/** A config under change; rendering reads nothing else. */
export interface EditorView {
  text: string;
  /** Name of the stored config; empty for a new one. */
  config: string;
  /** The version that was read. */
  version: string;
  /** The file that it comes from: then it is only shown. */
  file?: string;
  /** Why it was not stored. */
  problem?: string;
  /** What the rules say; absent before it was checked. */
  checked?: { violations: readonly LineRemark[]; warnings: readonly LineRemark[] };
}

/** What a new config begins with. */
export const FIRST_TEXT = `name: checkout
owner: team payments
metrics:
  - name: error ratio
    direction: increase
    query:
      source: prometheus
      promql: 'job:error_ratio{app="\${scope}"}'
`;

/** A form that needs no script: text, what is wrong with it beside its lines, and two buttons. */
export function renderEditorPage(view: EditorView): string {
  const { text, config, version, file, problem } = view;
  const isNew = config === '';
  const heading = isNew ? 'A new config' : `Change ${config}`;
  return renderDocument({
    title: `${heading} · Canary Verdict`,
    current: 'configs',
    body: html`<main id="main" data-script="${ASSETS.complete.path}">
      <h1>${heading}${version !== '' && html` <span class="quiet">version ${version}</span>`}</h1>
      ${file !== undefined && html`<p role="status">It comes from the file <code>${file}</code> of <code>configs.directory</code>: it is changed there, and only shown here.</p>`}
      ${problem !== undefined && html`<p role="alert" class="problem">${problem}</p>`}
      ${renderChecked(view)}
      <form class="editor" method="post" action="/editor">
        <input type="hidden" name="config" value="${config}" />
        <input type="hidden" name="version" value="${version}" />
        <label for="text">The config, as YAML or JSON</label>
        <textarea
          id="text"
          name="text"
          rows="${Math.min(40, Math.max(16, text.split('\n').length + 1))}"
          spellcheck="false"
          autocapitalize="off"
          autocomplete="off"
          required=""
          maxlength="1000000"
          aria-describedby="help"
          ${file !== undefined && html` readonly=""`}
        >
${text}</textarea>
        <p id="help" class="quiet">
          Every field with its meaning:
          <a href="/docs/reference/config-fields">fields of a config</a>. With scripts they are
          completed as you type, or by Ctrl+Space; editors on a desk complete them by
          <a href="/api/v1/schemas/config.json">the schema</a>.
        </p>
        ${
          file === undefined &&
          html`<p>
            <button type="submit" name="do" value="save">Check and save</button>
            <button type="submit" name="do" value="check">Only check</button>
            <a href="${isNew ? '/configs' : `/configs/${encodeURIComponent(config)}`}">Cancel</a>
          </p>`
        }
      </form>
    </main>`,
  });
}

function renderChecked({ checked, text }: EditorView): Content {
  if (checked === undefined) return undefined;
  const { violations, warnings } = checked;
  const lines = text.split('\n');
  if (violations.length + warnings.length === 0)
    return html`<p role="status">It breaks no rule.</p>`;
  return html`<section aria-label="What the rules say" class="warnings">
    <p role="status">
      ${violations.length === 0 ? 'It breaks no rule' : `It breaks ${violations.length} ${violations.length === 1 ? 'rule' : 'rules'}`}${warnings.length > 0 && `; ${warnings.length} ${warnings.length === 1 ? 'warning' : 'warnings'}`}.
    </p>
    <ul class="remarks">
      ${violations.map((one) => renderRemark('✖', one, lines))}
      ${warnings.map((one) => renderRemark('note', one, lines))}
    </ul>
  </section>`;
}

function renderRemark(
  sign: string,
  { line, pointer, message }: LineRemark,
  lines: string[],
): SafeHtml {
  return html`<li>
    <a href="#text" data-line="${line}">line ${line}</a>
    <code>${(lines[line - 1] ?? '').trim().slice(0, 200)}</code><br />
    <span class="${sign === '✖' ? 'sign fail' : 'quiet'}">${sign}</span>
    ${pointer !== '' && html`<code>${pointer}</code> `}${message}
  </li>`;
}
