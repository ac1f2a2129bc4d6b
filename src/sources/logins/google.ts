import { createSign } from 'node:crypto';
import { Fault } from '../../errors.ts';
import { isRecord, parseJson } from '../asking/read-json.ts';
import { askForToken, createFetchedToken } from './fetched-token.ts';
import { withInstance, type Instance } from './instance.ts';
import type { Signer, SignerParts } from './signer.ts';

/** The key of a service account, as its JSON file has it, or the service account of the instance. */
export interface GoogleSigning {
  type: 'google';
  /** Absent: the identity of the instance is asked for. */
  key?: GoogleKey | undefined;
  instance?: Instance | undefined;
  /** What the tokens are good for, whatever else the account may do; reading of metrics unless told. */
  scope?: string | undefined;
}

interface GoogleKey {
  clientEmail: string;
  privateKey: string;
  privateKeyId?: string | undefined;
  tokenUrl: string;
}

const SCOPE = 'https://www.googleapis.com/auth/monitoring.read';
const LIFE_SECONDS = 3600;

interface HeldToken {
  token: string;
  endsAt: number;
}

export function createGoogleSigner(signing: GoogleSigning, { client, now }: SignerParts): Signer {
  const token = createFetchedToken<HeldToken>(load, now);

  const { key, instance, scope = SCOPE } = signing;

  async function load(): Promise<HeldToken> {
    const text = key === undefined ? await ofInstance(instance!, scope) : await ofKey(key);
    const answer = parseJson(text);
    const { access_token: held, expires_in: seconds } = isRecord(answer) ? answer : {};
    if (typeof held !== 'string' || typeof seconds !== 'number') {
      throw new Fault(
        'source-answer',
        `${new URL((key?.tokenUrl ?? instance?.url)!).host} answered no token`,
      );
    }
    return { token: held, endsAt: now() + seconds * 1000 };
  }

  function ofKey(known: GoogleKey): Promise<string> {
    const assertion = assertionOf(known, scope, now());
    const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
    return askForToken(client, { url: known.tokenUrl, form, secret: assertion }, readError);
  }

  return {
    async headers(_, signal) {
      return { authorization: `Bearer ${(await token.get(signal)).token}` };
    },
    forget: () => token.forget(),
    secrets: () => [
      ...(key === undefined ? [] : [key.privateKey]),
      ...(token.held() === undefined ? [] : [token.held()!.token]),
    ],
  };
}

function ofInstance(instance: Instance, scope: string): Promise<string> {
  const path = `/computeMetadata/v1/instance/service-accounts/default/token?scopes=${encodeURIComponent(scope)}`;
  return withInstance(instance, (ask) => ask(path, { 'metadata-flavor': 'Google' }));
}

/** A JWT that says who asks for a token, signed by the account's key. */
function assertionOf(
  { clientEmail, privateKey, privateKeyId, tokenUrl }: GoogleKey,
  scope: string,
  now: number,
): string {
  const issued = Math.floor(now / 1000);
  const header = {
    alg: 'RS256',
    typ: 'JWT',
    ...(privateKeyId === undefined ? {} : { kid: privateKeyId }),
  };
  const claims = {
    iss: clientEmail,
    scope,
    aud: tokenUrl,
    iat: issued,
    exp: issued + LIFE_SECONDS,
  };
  const text = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
}

function readError(body: string): string | undefined {
  const answer = parseJson(body);
  if (!isRecord(answer)) return undefined;
  const { error, error_description: description } = answer;
  const words = [error, description].filter((part) => typeof part === 'string');
  return words.length === 0 ? undefined : words.join(': ');
}
