import { Fault } from '../../errors.ts';

/** Undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The object of a JSON answer; `source-answer` says what came instead, `whose` whose url was expected. */
export function readObject(body: string, whose: string): Record<string, unknown> {
  const answer = parseJson(body);
  if (isRecord(answer)) return answer;
  throw notJson(body, whose);
}

/** The list of a JSON answer. */
export function readList(body: string, whose: string): unknown[] {
  const answer = parseJson(body);
  if (Array.isArray(answer)) return answer;
  throw notJson(body, whose);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `source-answer`: what an answer is instead of what was asked for. */
export function wrongAnswer(what: string): Fault {
  return new Fault('source-answer', what);
}

/** What a body is that is no JSON, without its text. */
export function describeText(body: string, whose: string): string {
  if (body.trim() === '') return 'nothing';
  return /^\s*</.test(body) ? `a web page; is the url that of ${whose} itself?` : 'something else';
}

function notJson(body: string, whose: string): Fault {
  return wrongAnswer(`not JSON but ${describeText(body, whose)}`);
}
