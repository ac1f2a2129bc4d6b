import { maskedPath } from '../model/masked-address.ts';

/**
 * An address as people may read it: without user name, password and fragment, with the named query
 * parameters alone, and without what looks like a token in its path. Where a parameter is given twice,
 * the last one is told.
 */
export function tellAddress(address: string, parameters: readonly string[]): string {
  const url = URL.parse(address);
  if (url === null) return '';
  const told = new URLSearchParams();
  for (const [name, value] of url.searchParams) {
    if (parameters.includes(name)) told.set(name, value);
  }
  return `${url.origin}${maskedPath(url.pathname, '[redacted]')}${told.size === 0 ? '' : `?${told.toString()}`}`;
}
