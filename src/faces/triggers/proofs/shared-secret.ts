import { shownToken } from '../../../http/admission/tokens.ts';
import { isSameText } from './same-text.ts';
import { headerOf, unproven, type Proof } from './proof.ts';

/** `Bearer SECRET`, or the secret as the password of `Basic` under any user name. */
export function bearerProof(secrets: readonly string[]): Proof {
  return async (raw) => {
    const shown = shownToken(headerOf(raw, 'authorization') ?? '');
    if (secrets.some((secret) => isSameText(shown, secret))) return 'nothing';
    throw unproven('"authorization: Bearer ..."');
  };
}

/** The secret itself in a header. */
export function headerProof(header: string, secrets: readonly string[]): Proof {
  return async (raw) => {
    if (secrets.some((secret) => isSameText(headerOf(raw, header), secret))) return 'nothing';
    throw unproven(`header "${header.toLowerCase()}"`);
  };
}
