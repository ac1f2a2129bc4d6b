import type { Notice, Trigger } from '../trigger.ts';
import { textOf } from './template.ts';

const MAX_TOLD = 100;

/** Says why a webhook starts nothing, or undefined where it counts. */
export function whyIgnored(
  { events, when = {} }: Trigger,
  usual: readonly string[] | undefined,
  notice: Notice,
): string | undefined {
  const wanted = events ?? usual;
  if (wanted !== undefined && !wanted.some((pattern) => fits(notice.event, pattern))) {
    return `the event is ${told(notice.event)}; here ${wanted.join(', ')} counts`;
  }
  for (const [place, allowed] of Object.entries(when)) {
    const texts = [allowed].flat();
    const found = textOf(place, notice);
    if (found === undefined || !texts.includes(found)) {
      return `${place} is ${told(found)}; here ${texts.join(', ')} counts`;
    }
  }
  return undefined;
}

function fits(event: string, pattern: string): boolean {
  return pattern.endsWith('*') ? event.startsWith(pattern.slice(0, -1)) : event === pattern;
}

function told(text: string | undefined): string {
  if (text === undefined || text === '') return 'not there';
  return text.length <= MAX_TOLD ? `"${text}"` : `"${text.slice(0, MAX_TOLD)}…"`;
}
