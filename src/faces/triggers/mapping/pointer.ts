/**
 * What a JSON pointer (RFC 6901) points at; undefined where there is nothing. Only what the document itself has is
 * found: `/constructor` of an object is nothing.
 */
export function valueAt(document: unknown, pointer: string): unknown {
  if (pointer === '') return document;
  const steps = pointer.slice(1).split('/').map(unescape);
  return steps.reduce<unknown>(stepInto, document);
}

/** A text that may be a pointer, without steps that mean nothing. */
export function isPointer(text: string): boolean {
  return text === '' || (text.startsWith('/') && !/~(?![01])/.test(text));
}

function stepInto(value: unknown, step: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(step)) return undefined;
  return Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined;
}

function unescape(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** The text of a plain value; undefined for nothing, an empty text, a list and an object. */
export function textAt(document: unknown, pointer: string): string | undefined {
  const value = valueAt(document, pointer);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The first of several places that has a text. */
export function firstText(document: unknown, ...pointers: string[]): string | undefined {
  return pointers.map((pointer) => textAt(document, pointer)).find((text) => text !== undefined);
}
