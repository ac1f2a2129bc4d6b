import { Fault } from '../../errors.ts';

/**
 * The name of the token that a call shows. Where anybody may call, nobody can show that they may change what all
 * others rely on: `refusal` says what was therefore not done, and `otherwise` how else it can be.
 */
export function operatorOf(
  { caller }: { caller: string | undefined },
  refusal: string,
  otherwise = '',
): string {
  if (caller !== undefined) return caller;
  throw new Fault(
    'forbidden',
    `${refusal}, because this service has no tokens by which it would know who may do so: set server.tokens${otherwise}`,
  );
}
