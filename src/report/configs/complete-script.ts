/**
 * Completion in the text area of the editor, by the schema that the service serves: keys that may stand at the caret's
 * place in YAML, and the values that a key may have. Typing or Ctrl+Space opens the list, the arrows choose, Enter
 * takes, Escape closes; Tab leaves the field as ever. Without scripts the text area is one.
 */
export const completeScript = `'use strict';
(() => {
  const text = document.querySelector('textarea#text:not([readonly])');
  if (text === null) return;
  const MOST = 12;
  const make = (name, properties = {}) => Object.assign(document.createElement(name), properties);
  const list = make('ul', { id: 'completions', className: 'completions', hidden: true });
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', 'Completions');
  const told = make('p', { className: 'hidden' });
  told.setAttribute('role', 'status');
  const frame = make('div', { className: 'completed' });
  text.before(frame);
  frame.append(text, list, told);
  text.wrap = 'off';
  for (const [name, value] of [['aria-autocomplete', 'list'], ['aria-controls', list.id], ['aria-haspopup', 'listbox']])
    text.setAttribute(name, value);

  let schema;
  let found = [];
  let chosen = -1;
  let place;

  /** All forms that a schema may take here; of a query those of its source. */
  function formsOf(node, known) {
    if (node === undefined || node === true) return [];
    if (node.$ref !== undefined) {
      const { $ref, ...beside } = node;
      const own = Object.keys(beside).length === 0 ? {} : { beside };
      return formsOf(schema.$defs[$ref.split('/').at(-1)], known).map((form) => ({ ...form, ...own }));
    }
    const parts = [...(node.oneOf ?? []), ...(node.anyOf ?? []), ...(node.allOf ?? [])];
    const forms = parts.flatMap((part) => formsOf(part, known));
    const source = known.get('source');
    const fitting = forms.filter(({ properties }) => {
      const allowed = valuesOf(properties?.source);
      return source === undefined || allowed.length === 0 || allowed.includes(source);
    });
    return [node, ...(fitting.length > 0 ? fitting : forms)];
  }

  function valuesOf(node) {
    if (node === undefined) return [];
    if (node.const !== undefined) return [String(node.const)];
    if (node.enum !== undefined) return node.enum.map(String);
    return node.type === 'boolean' ? ['true', 'false'] : [];
  }

  const indentOf = (line) => /^ */.exec(line)[0].length;
  const LINE = /^( *)((?:- +)*)(?:"?([\\w.$-]+)"?:(?: +(.*)| *$))?/;

  /** A line as it stands in YAML: where its key begins, counting dashes, and what key and value it has. */
  function read(line) {
    const [, indent, dashes, key, value] = LINE.exec(line);
    return { at: indent.length + dashes.length, dashAt: dashes === '' ? undefined : indent.length, key, value };
  }

  /** Keys from the top down to the caret, 'item' for an entry of a list, and the keys beside the caret with their values. */
  function contextOf(lines, row, column) {
    const path = [];
    const beside = new Map();
    let level = column;
    let isInItem = false;
    const own = read(lines[row]);
    if (own.dashAt !== undefined) {
      path.unshift('item');
      level = own.dashAt;
      isInItem = true;
    }
    for (let at = row - 1; at >= 0; at--) {
      const line = lines[at];
      if (line.trim() === '' || line.trim().startsWith('#')) continue;
      const { at: start, dashAt, key, value } = read(line);
      if (!isInItem && path.length === 0 && start === level && key !== undefined) beside.set(key, (value ?? '').trim());
      if (dashAt !== undefined && dashAt < level && start >= level && !isInItem) {
        path.unshift('item');
        level = dashAt;
        isInItem = true;
        continue;
      }
      // entries of a list may stand as far in as its key
      if (key !== undefined && (start < level || (isInItem && start === level && dashAt === undefined))) {
        path.unshift(key);
        level = start;
        isInItem = false;
        if (dashAt !== undefined) {
          path.unshift('item');
          level = dashAt;
          isInItem = true;
        }
      }
    }
    for (let at = row + 1; at < lines.length; at++) {
      const { at: start, dashAt, key, value } = read(lines[at]);
      if (lines[at].trim() === '') continue;
      if (indentOf(lines[at]) < column || dashAt !== undefined) break;
      if (start === column && key !== undefined) beside.set(key, (value ?? '').trim());
    }
    return { path, beside };
  }

  function placesOf(path, beside) {
    let forms = formsOf(schema, path.length === 0 ? beside : new Map());
    path.forEach((step, index) => {
      const known = index === path.length - 1 ? beside : new Map();
      forms = forms.flatMap((form) => {
        const next = step === 'item' ? form.items : form.properties?.[step] ?? form.additionalProperties;
        return typeof next === 'object' ? formsOf(next, known) : [];
      });
    });
    return forms;
  }

  function complete() {
    const before = text.value.slice(0, text.selectionStart);
    const lines = text.value.split('\\n');
    const row = before.split('\\n').length - 1;
    const left = before.slice(before.lastIndexOf('\\n') + 1);
    const [, indent, dashes, key, value] = /^( *)((?:- +)*)(?:([\\w.$-]+): +)?"?([\\w.$-]*)$/.exec(left) ?? [];
    if (value === undefined) return [];
    const column = indent.length + dashes.length;
    const { path, beside } = contextOf(lines, row, column);
    const forms = placesOf(path, beside);
    place = { from: text.selectionStart - value.length, row, column: left.length - value.length };
    const fits = ([word]) => word.startsWith(value) && word !== value;
    if (key !== undefined) {
      const values = forms.flatMap(({ properties }) => formsOf(properties?.[key], new Map()).flatMap(valuesOf));
      return [...new Set(values)].map((word) => [word, word, '']).filter(fits);
    }
    const words = new Map();
    for (const { properties = {} } of forms) {
      for (const [name, node] of Object.entries(properties)) {
        if (beside.has(name)) continue;
        const [first = {}] = formsOf(node, new Map());
        const description = (node.description ?? first.description ?? '').split('\\n')[0];
        const isNested = first.type === 'object' || first.type === 'array' || first.oneOf !== undefined;
        words.set(name, [name, name + (isNested ? ':' : ': '), description]);
      }
    }
    return [...words.values()].filter(fits);
  }

  function show(words) {
    found = words.slice(0, MOST);
    chosen = -1;
    list.hidden = found.length === 0;
    text.removeAttribute('aria-activedescendant');
    told.textContent = list.hidden ? '' : words.length + (words.length === 1 ? ' completion' : ' completions') + ': arrows choose, Enter takes';
    list.replaceChildren(...found.map(([word, , description], index) => {
      const item = make('li', { id: 'completion-' + index });
      item.setAttribute('role', 'option');
      item.append(make('strong', { textContent: word }), make('span', { className: 'quiet', textContent: description }));
      item.addEventListener('mousedown', (event) => {
        event.preventDefault();
        take(index);
      });
      return item;
    }));
    if (list.hidden) return;
    const { lineHeight, paddingTop } = getComputedStyle(text);
    const top = text.offsetTop + parseFloat(paddingTop) + (place.row + 1) * parseFloat(lineHeight) - text.scrollTop;
    list.style.top = Math.min(top, text.offsetTop + text.offsetHeight) + 2 + 'px';
    list.style.left = 'min(' + place.column + 'ch, 20%)';
  }

  function choose(index) {
    chosen = (index + found.length) % found.length;
    [...list.children].forEach((item, at) => item.setAttribute('aria-selected', String(at === chosen)));
    text.setAttribute('aria-activedescendant', 'completion-' + chosen);
    list.children[chosen].scrollIntoView({ block: 'nearest' });
  }

  function take(index) {
    const [, inserted] = found[index];
    text.setRangeText(inserted, place.from, text.selectionStart, 'end');
    show([]);
    text.dispatchEvent(new Event('input', { bubbles: true }));
  }

  async function open() {
    try {
      schema ??= await (await fetch('/api/v1/schemas/config.json')).json();
    } catch {
      return; // the form itself needs no completion
    }
    show(complete());
  }

  text.addEventListener('input', (event) => {
    const typed = /[\\w-]$/.test(text.value.slice(0, text.selectionStart)) || event.inputType === 'deleteContentBackward';
    if (event.inputType !== undefined && typed) open();
    else if (event.inputType === undefined && / $/.test(text.value.slice(0, text.selectionStart))) open();
    else show([]);
  });
  text.addEventListener('keydown', (event) => {
    if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      open();
    } else if (list.hidden) return;
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      choose(event.key === 'ArrowDown' ? chosen + 1 : Math.max(chosen, 0) - 1);
    } else if (event.key === 'Enter' && chosen >= 0) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      show([]);
    } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') show([]);
  });
  text.addEventListener('blur', () => show([]));
})();
`;
