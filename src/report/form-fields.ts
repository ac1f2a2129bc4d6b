import { html, type SafeHtml } from './html.ts';

/** One line of text, or what else a browser asks for by an `input`. */
export function renderField(
  name: string,
  word: string,
  value: string,
  more: {
    type?: string;
    placeholder?: string;
    maxLength?: number;
    isRequired?: boolean;
    /** What may be chosen instead of typed. */
    choices?: readonly string[];
  } = {},
): SafeHtml {
  const { type = 'text', placeholder = '', maxLength = 200, isRequired = false, choices } = more;
  return html`<label
      >${word}
      <input
        name="${name}"
        type="${type}"
        value="${value}"
        placeholder="${placeholder}"
        maxlength="${maxLength}"
        ${isRequired && html` required=""`}
        ${choices !== undefined && html` list="${name}-choices"`} /></label
    >${choices !== undefined && html`<datalist id="${name}-choices">${choices.map((choice) => html`<option value="${choice}"></option>`)}</datalist>`}`;
}

/** One of few, each with its text. */
export function renderChoice(
  name: string,
  word: string,
  value: string,
  choices: readonly (readonly [string, string])[],
): SafeHtml {
  return html`<label
    >${word}
    <select name="${name}">
      ${choices.map(
        ([choice, text]) =>
          html`<option value="${choice}" ${choice === value && html` selected=""`}>
            ${text}
          </option>`,
      )}
    </select></label
  >`;
}
