/**
 * Stored documents are JSON with non-finite numbers kept: NaN and the infinities are written as
 * `{"$number": ["NaN"]}`. The list sets them apart from user maps, which may have any key but hold strings only.
 */
export function encodeDocument(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'number' && !Number.isFinite(item) ? { $number: [String(item)] } : item,
  );
}

export function decodeDocument<T>(text: string): T {
  // Reviving makes parsing many times slower, and most documents have nothing to revive.
  if (!text.includes('{"$number":[')) return JSON.parse(text) as T;
  return JSON.parse(text, (_key, item: unknown) => {
    if (typeof item !== 'object' || item === null || !('$number' in item)) return item;
    return Array.isArray(item.$number) ? Number(item.$number[0]) : item;
  }) as T;
}
