import { query as queryJson } from 'jsonpath-rfc9535';
import { Fault } from '../../errors.ts';

/** `$.a.b[0]['c d']` names one place, which is found without the interpreter: rows ask for it a hundred thousand times. */
const SINGULAR = /^\$(?:\.[A-Za-z_]\w*|\[\d+\]|\['[^'\\]*'\])*$/;
const STEP = /\.([A-Za-z_]\w*)|\[(\d+)\]|\['([^'\\]*)'\]/g;

type Json = Parameters<typeof queryJson>[0];

/** Every value that a path of JSONPath (RFC 9535) names in a document, in order; none when there is none. */
export function selectJson(document: unknown, path: string): unknown[] {
  const steps = stepsOf(path);
  if (steps === undefined) return queryJson(document as Json, path);
  let found = document;
  for (const step of steps) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return [];
    found = (found as Record<string, unknown>)[step];
  }
  return [found];
}

/**
 * Refuses what is no path, and what could keep us busy for ever: regular expressions, and a walk through everything
 * inside of another. Fault `invalid-query`.
 */
export function checkJsonPath(path: string, field: string): void {
  const walks = path.split('..').length - 1;
  if (/\b(?:match|search)\s*\(/.test(path) || walks > 1) {
    throw invalid(field, path, 'uses match(), search() or ".." twice, which may never end');
  }
  try {
    queryJson({}, path);
  } catch {
    throw invalid(field, path, 'is no path of JSONPath (RFC 9535), for example $.data[*].value');
  }
}

const known = new Map<string, readonly string[] | undefined>();
const MAX_KNOWN = 1000;

function stepsOf(path: string): readonly string[] | undefined {
  if (known.has(path)) return known.get(path);
  if (known.size >= MAX_KNOWN) known.clear();
  const steps = SINGULAR.test(path)
    ? [...path.matchAll(STEP)].map(([, name, index, quoted]) => (name ?? index ?? quoted)!)
    : undefined;
  known.set(path, steps);
  return steps;
}

function invalid(field: string, path: string, what: string): Fault {
  return new Fault('invalid-query', `field "${field}" of an http query, ${path}, ${what}`);
}
