import type { Violation } from '../../../errors.ts';
import type { AnalysisRequest, Notice, Trigger } from '../trigger.ts';
import { checkTemplate, fill } from './template.ts';

/** Only these take values of a payload: they are escaped wherever they go, and lead nowhere. */
const FILLED = ['config', 'baseline', 'canary', 'scopes', 'labels'] as const;

export interface Mapped {
  request: AnalysisRequest;
  violations: Violation[];
}

/** The request that a webhook stands for; its fields stand in the order of the trigger, so that it repeats itself. */
export function mapRequest({ request }: Trigger, notice: Notice): Mapped {
  const violations: Violation[] = [];
  const filled = FILLED.flatMap((name) => {
    const template = request[name];
    if (template === undefined) return [];
    const put = (text: string, pointer: string) => fill(text, notice, { pointer, violations });
    return [[name, mapTexts(template, `/${name}`, put)]];
  });
  return { request: { ...request, ...Object.fromEntries(filled) } as AnalysisRequest, violations };
}

/** What is wrong with the templates of a trigger, whatever comes. */
export function checkTemplates({ request }: Trigger): Violation[] {
  const violations: Violation[] = [];
  for (const name of FILLED) {
    mapTexts(request[name], `/request/${name}`, (text, pointer) => {
      violations.push(...checkTemplate(text, pointer));
      return text;
    });
  }
  return violations;
}

/** The same value with its texts changed; names of members stay. */
function mapTexts(
  value: unknown,
  pointer: string,
  change: (text: string, pointer: string) => string,
): unknown {
  if (typeof value === 'string') return change(value, pointer);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [
    name,
    mapTexts(inner, `${pointer}/${name}`, change),
  ]);
  return Object.fromEntries(entries) as unknown;
}
