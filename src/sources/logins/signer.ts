import type { OutboundClient } from '../../outbound/client.ts';
import { createAwsSigner, type AwsSigning } from './aws.ts';
import { createAzureSigner, type AzureSigning } from './azure.ts';
import { createGoogleSigner, type GoogleSigning } from './google.ts';
import { createKeyPairSigner, type KeyPairSigning } from './key-pair.ts';
import { createOauthSigner, type OauthSigning } from './oauth2.ts';

/** Logins that are no fixed header: each request is signed, or bears a token that ends. */
export type Signing = AwsSigning | AzureSigning | GoogleSigning | KeyPairSigning | OauthSigning;

/** A request as it is sent, its headers in small letters. */
export interface SignedRequest {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string | undefined;
}

export interface Signer {
  /** The headers that show who asks; `source-unavailable` or `source-refused` when no token is to be had. */
  headers(request: SignedRequest, signal: AbortSignal): Promise<Record<string, string>>;
  /** Drops what was fetched, as the other side would not take it any more; whether there was any. */
  forget(): boolean;
  /** What must never be shown. */
  secrets(): string[];
}

export interface SignerParts {
  client: Pick<OutboundClient, 'request'>;
  now: () => number;
}

export function createSigner(signing: Signing, parts: SignerParts): Signer {
  if (signing.type === 'key-pair') return createKeyPairSigner(signing, parts);
  if (signing.type === 'azure') return createAzureSigner(signing, parts);
  if (signing.type === 'oauth2') return createOauthSigner(signing, parts);
  return signing.type === 'sigv4'
    ? createAwsSigner(signing, parts)
    : createGoogleSigner(signing, parts);
}
