/**
 * Stored documents are JSON with non-finite numbers kept: NaN and the infinities are written as
 * `{"$number": "NaN"}`. User text can never be mistaken for one, as user maps hold strings only.
 */
export function encodeDocument(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'number' && !Number.isFinite(item) ? { $number: String(item) } : item,
  );
}

export function decodeDocument<T>(text: string): T {
  return JSON.parse(text, (_key, item: unknown) => {
    if (typeof item === 'object' && item !== null && '$number' in item) return Number(item.$number);
    return item;
  }) as T;
}
