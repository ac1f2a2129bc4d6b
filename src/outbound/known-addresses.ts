import { isIP } from 'node:net';

/** The addresses that a URL's host can be known to have before it is looked up: literal ones, and those of `localhost`. */
export function knownAddresses(host: string): string[] {
  const bare = host.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0) return [bare];
  return /^(.+\.)?localhost\.?$/.test(bare) ? ['127.0.0.1', '::1'] : [];
}
