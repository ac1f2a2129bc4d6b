/** Long enough for a token, and mixed as none but a token or an id is. */
const OPAQUE_SEGMENT = /^(?=.*\d)(?=.*[a-z]).{20,}$/i;

/**
 * An address as people may read it: without user name, password and fragment, with the named query
 * parameters alone, and without what looks like a token in its path. Where a parameter is given twice,
 * the last one is told.
 */
export function tellAddress(address: string, parameters: readonly string[]): string {
  const url = URL.parse(address);
  if (url === null) return '';
  const segments = url.pathname.split('/');
  const path = segments.map((segment) => (OPAQUE_SEGMENT.test(segment) ? '[redacted]' : segment));
  const told = new URLSearchParams();
  for (const [name, value] of url.searchParams) {
    if (parameters.includes(name)) told.set(name, value);
  }
  return `${url.origin}${path.join('/')}${told.size === 0 ? '' : `?${told.toString()}`}`;
}
