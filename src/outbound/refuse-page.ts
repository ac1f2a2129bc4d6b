import { createAddressGuard } from './address-guard.ts';
import { knownAddresses } from './known-addresses.ts';

/**
 * Says of a metrics page's address, which callers choose, why nothing may read it, before anything does: where no
 * address is allowed no name can lead to one; other names are looked up, and checked, only when they are read.
 */
export function createPageCheck(allow: readonly string[]): (url: string) => string | undefined {
  const refuse = createAddressGuard({ profile: 'scrape', allow });
  return (text) => {
    if (allow.length === 0) {
      return 'outbound.scrape.allow names no addresses whose pages may be read: set it to those of the instances';
    }
    const refusals = knownAddresses(new URL(text).hostname).map(refuse);
    const [first] = refusals;
    if (first === undefined || refusals.includes(undefined)) return undefined;
    return `it leads to ${first}, which outbound.scrape.allow does not name`;
  };
}
