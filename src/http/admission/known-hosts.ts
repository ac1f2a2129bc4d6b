import { isIP } from 'node:net';
import { Fault } from '../../errors.ts';

/**
 * Refuses requests under a host name that somebody else may have pointed at this machine (DNS rebinding): to a
 * browser, such a page and this service are one site. Only a public name can be anybody's: addresses, `localhost`
 * and names without a dot are let through.
 */
export function createHostCheck(options: {
  host: string;
  publicUrl: string | undefined;
  /** Further names; `*.example.com` is every name below. */
  allowedHosts: readonly string[];
}): (host: string | undefined) => void {
  const { host, publicUrl, allowedHosts } = options;
  const own = [host, ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname])];
  const allowed = [...own, ...allowedHosts].map((name) => name.toLowerCase());
  return (header = '') => {
    const name = hostname(header);
    if (name === undefined || !(isNobodys(name) || allowed.some((rule) => fits(name, rule)))) {
      throw new Fault(
        'host-refused',
        `this service is not known as "${header.slice(0, MAX_TOLD)}": name that host in server.allowedHosts or server.publicUrl, or set server.tokens`,
      );
    }
  };
}

const MAX_TOLD = 255;

/** In small letters, without port, brackets and the dot at the end that a full name may have. */
function hostname(header: string): string | undefined {
  const name = URL.parse(`http://${header}`)?.hostname.replace(/\.$/, '');
  return name === '' ? undefined : name;
}

function isNobodys(name: string): boolean {
  return (
    isIP(name.replace(/^\[|\]$/g, '')) !== 0 || !name.includes('.') || name.endsWith('.localhost')
  );
}

function fits(name: string, rule: string): boolean {
  return rule.startsWith('*.') ? name.endsWith(rule.slice(1)) : name === rule;
}
