import { Fault } from '../../errors.ts';
import type { SourceQuery } from '../../model/config.ts';

/** Reads one field of a query as text; null counts as absent. */
export function textField(query: SourceQuery, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw wrongField(query, name, 'a text');
}

/** Reads one field of a query as a list of texts; absent counts as empty. */
export function textListField(query: SourceQuery, name: string): string[] {
  const value = query[name] ?? [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw wrongField(query, name, 'a list of texts');
}

/** Reads one field of a query as a map; it must be there. */
export function recordField(query: SourceQuery, name: string): Record<string, unknown> {
  const value = query[name];
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw wrongField(query, name, 'a map');
}

export function wrongField(query: SourceQuery, name: string, expected: string): Fault {
  return new Fault(
    'invalid-query',
    `field "${name}" of a ${query.source} query must be ${expected}`,
  );
}
