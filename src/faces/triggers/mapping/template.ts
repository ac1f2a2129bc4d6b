import type { Violation } from '../../../errors.ts';
import type { Notice } from '../trigger.ts';
import { isPointer, textAt, valueAt } from './pointer.ts';

/** What a template may name beside a JSON pointer. */
export const NAMES = ['application', 'version', 'environment', 'event', 'delivery'] as const;
type Name = (typeof NAMES)[number];

const HOLE = /\{\{([^{}|]*)(?:\|([^{}]*))?\}\}/g;

/** The text of a place: a JSON pointer into the payload, or one of the names. */
export function textOf(place: string, notice: Notice): string | undefined {
  if (isPointer(place)) return textAt(notice.payload, place);
  if (place === 'event' || place === 'delivery') return notice[place];
  return notice.fields[place as keyof Notice['fields']];
}

/** Says why nothing can stand at a place, or undefined. */
export function whyNoPlace(place: string): string | undefined {
  if (isPointer(place) || NAMES.includes(place as Name)) return undefined;
  return `names "${place}", which is neither a JSON pointer like /deployment/ref nor one of ${NAMES.join(', ')}`;
}

/** What is wrong with a text as a template, whatever the payload. */
export function checkTemplate(text: string, pointer: string): Violation[] {
  const wrong = [...text.matchAll(HOLE)].flatMap(
    ([, place = '']) => whyNoPlace(place.trim()) ?? [],
  );
  const rest = text.replaceAll(HOLE, '');
  const isOpen = rest.includes('{{') || rest.includes('}}');
  const open = isOpen ? ['has braces that do not belong together: write {{/pointer|default}}'] : [];
  return [...wrong, ...open].map((message) => ({ pointer, message }));
}

/** Fills a template; notes each place that has no text and no default. */
export function fill(
  text: string,
  notice: Notice,
  { pointer, violations }: { pointer: string; violations: Violation[] },
): string {
  return text.replaceAll(HOLE, (_hole, place: string, otherwise?: string) => {
    const found = textOf(place.trim(), notice) ?? otherwise?.trim();
    if (found !== undefined) return found;
    violations.push({ pointer, message: missing(place.trim(), notice) });
    return '';
  });
}

function missing(place: string, { payload }: Notice): string {
  const value = isPointer(place) ? valueAt(payload, place) : undefined;
  const what =
    typeof value === 'object' && value !== null
      ? `is ${Array.isArray(value) ? 'a list' : 'an object'} in the payload, not a text`
      : 'is not in the payload';
  return `needs {{${place}}}, which ${what}: name another place, or a default as in {{${place}|none}}`;
}
