import { Fault } from '../../errors.ts';
import { isRecord, parseJson } from '../asking/read-json.ts';
import { askForToken, createFetchedToken } from './fetched-token.ts';
import type { Signer, SignerParts } from './signer.ts';

/** Client credentials of OAuth 2, as Microsoft Entra and others take them. */
export interface OauthSigning {
  type: 'oauth2';
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  scope?: string | undefined;
}

interface HeldToken {
  token: string;
  endsAt: number;
}

/** Of a token whose life is not told. */
const LIFE_SECONDS = 300;

export function createOauthSigner(
  { tokenUrl, clientId, clientSecret, scope }: OauthSigning,
  { client, now }: SignerParts,
): Signer {
  const token = createFetchedToken<HeldToken>(load, now);

  async function load(): Promise<HeldToken> {
    const form = {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      ...(scope === undefined ? {} : { scope }),
    };
    const question = { url: tokenUrl, form, secret: clientSecret };
    const answer = parseJson(await askForToken(client, question, readError));
    const { access_token: held, expires_in: told } = isRecord(answer) ? answer : {};
    if (typeof held !== 'string' || held === '') {
      throw new Fault('source-answer', `${new URL(tokenUrl).host} answered no token`);
    }
    const seconds = Number(told ?? LIFE_SECONDS); // some write a text
    return {
      token: held,
      endsAt: now() + (Number.isFinite(seconds) ? seconds : LIFE_SECONDS) * 1000,
    };
  }

  return {
    async headers(_, signal) {
      return { authorization: `Bearer ${(await token.get(signal)).token}` };
    },
    forget: () => token.forget(),
    secrets: () => [clientSecret, ...(token.held() === undefined ? [] : [token.held()!.token])],
  };
}

function readError(body: string): string | undefined {
  const answer = parseJson(body);
  if (!isRecord(answer)) return undefined;
  const { error, error_description: description } = answer;
  const words = [error, description].filter((part) => typeof part === 'string');
  return words.length === 0 ? undefined : words.join(': ');
}
