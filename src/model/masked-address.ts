/** Long enough for a token, and mixed as none but a token or an id is. */
const OPAQUE_SEGMENT = /^(?=.*\d)(?=.*[a-z]).{20,}$/i;

/** The path of an address with `mask` instead of what looks like a token. */
export function maskedPath(path: string, mask: string): string {
  const segments = path.split('/');
  return segments.map((segment) => (OPAQUE_SEGMENT.test(segment) ? mask : segment)).join('/');
}

/**
 * A receiver's address as people may read it, still an address: which it is can be told, but none of its values,
 * which may be what lets a caller in there.
 */
export function maskedAddress(address: string): string {
  const url = URL.parse(address);
  if (url === null) return '';
  const path = maskedPath(url.pathname, '***');
  const { username, password, search, hash } = url;
  if (username + password + search + hash === '' && path === url.pathname) return address;
  const parameters = search.slice(1).split('&');
  const masked = parameters.map((parameter) => parameter.replace(/^([^=]*=)?.+$/, '$1***'));
  const query = search === '' ? '' : `?${masked.join('&')}`;
  return `${url.origin}${path}${query}`;
}
