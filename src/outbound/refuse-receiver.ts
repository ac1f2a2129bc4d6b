import { createAddressGuard } from './address-guard.ts';
import { knownAddresses } from './known-addresses.ts';

/**
 * Says of a webhook's address why nothing can ever be sent there, before anything is: names are looked up only
 * then, so that of those only `localhost` is known.
 */
export function createReceiverCheck(allow: readonly string[]): (url: string) => string | undefined {
  const refuse = createAddressGuard({ profile: 'webhook', allow });
  return (text) => {
    const url = URL.parse(text);
    if (url === null) return 'is no address';
    if (url.username !== '' || url.password !== '') {
      return 'carries a user name or password, which would be stored and shown: leave it out; events are signed';
    }
    const refusals = knownAddresses(url.hostname).map(refuse);
    const [first] = refusals;
    if (first === undefined || refusals.includes(undefined)) return undefined;
    return `leads to ${first}, where webhooks are never sent: name a public host, or allow the address under outbound.webhooks.allow`;
  };
}
