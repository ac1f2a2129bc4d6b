import { Fault } from '../errors.ts';

/**
 * Stored documents are JSON with non-finite numbers kept: NaN and the infinities are written as
 * `{"$number": ["NaN"]}`. The list sets them apart from user maps, which may have any key but hold strings only.
 */
export function encodeDocument(value: unknown): string {
  // A replacer makes writing twice as slow, looking for what it would replace does not.
  if (hasOnlyFinite(value)) return JSON.stringify(value);
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'number' && !Number.isFinite(item) ? { $number: [String(item)] } : item,
  );
}

function hasOnlyFinite(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(hasOnlyFinite);
  // what is inherited is looked at as well, of which plain data have nothing: a list of members costs more
  for (const key in value) if (!hasOnlyFinite(value[key as keyof typeof value])) return false;
  return true;
}

/** Fault `store-unavailable` for a text that `encodeDocument` never wrote. */
export function decodeDocument<T>(text: string): T {
  try {
    return decode(text) as T;
  } catch (thrown) {
    throw damaged(thrown);
  }
}

/** Without the words of the parser, which repeat what it read. */
export function damaged(cause: unknown): Fault {
  return new Fault(
    'store-unavailable',
    'a document of the store cannot be read, because its file was damaged: stop the service, look at it with "canary doctor", and restore a backup with "canary restore FILE --replace"',
    { subject: 'store', cause },
  );
}

function decode(text: string): unknown {
  // Reviving makes parsing many times slower, and most documents have nothing to revive.
  if (!text.includes('{"$number":[')) return JSON.parse(text);
  return JSON.parse(text, (_key, item: unknown) => {
    if (typeof item !== 'object' || item === null || !('$number' in item)) return item;
    return Array.isArray(item.$number) ? Number(item.$number[0]) : item;
  });
}
