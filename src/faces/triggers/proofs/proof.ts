import { Fault } from '../../../errors.ts';
import type { RawDelivery } from '../trigger.ts';

/**
 * What of a delivery only somebody who knows the secret can have written. `body`: its id and the event's name in
 * headers may be anybody's. `nothing`: the secret itself was shown.
 */
export type Reach = 'body' | 'id and body' | 'nothing';

/** Answers how far the proof of a delivery reaches, or throws `unauthorized` where it does not hold. */
export type Proof = (raw: RawDelivery) => Promise<Reach>;

/** Which part is wrong is not told: that would help whoever tries. */
export function unproven(what: string): Fault {
  return new Fault(
    'unauthorized',
    `the delivery was refused: it has no ${what} that is right for this trigger; give the sender the secret that the trigger names`,
  );
}

/** A header that came once. */
export function headerOf({ headers }: RawDelivery, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return typeof value === 'string' ? value : undefined;
}
