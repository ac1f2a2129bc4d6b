import { lookup as resolve } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Fault } from '../errors.ts';
import type { AddressGuard } from './address-guard.ts';

/** The host without brackets when it is an address, undefined when it is a name. */
export function literalHost(hostname: string): string | undefined {
  if (hostname.startsWith('[')) return hostname.slice(1, -1);
  return hostname.includes(':') || /^[\d.]+$/.test(hostname) ? hostname : undefined;
}

export function guardedLookup(guard: AddressGuard): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const refusal = addresses
        .map(({ address }) => guard(address))
        .find((text) => text !== undefined);
      if (refusal !== undefined) return callback(refused(hostname, refusal), []);
      const [first] = addresses;
      if (options.all === true || first === undefined) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

export function refused(hostname: string, why: string): Fault {
  return new Fault(
    'address-refused',
    `host "${hostname}" was refused: it leads to ${why}; add its address to the allow list if it is meant`,
    { subject: `host "${hostname}"` },
  );
}
