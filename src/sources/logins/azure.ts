import { readFile } from 'node:fs/promises';
import { Fault } from '../../errors.ts';
import { isRecord, parseJson } from '../asking/read-json.ts';
import { askForToken, createFetchedToken } from './fetched-token.ts';
import { readIdentity, withInstance, type Instance } from './instance.ts';
import type { Signer, SignerParts } from './signer.ts';

/** An identity of Azure without a secret: the token of a file (workload identity of AKS), or that of the instance. */
export interface AzureSigning {
  type: 'azure';
  /** What the token is for, as `https://metrics.monitor.azure.com/.default`. */
  scope: string;
  clientId?: string | undefined;
  federated?: { tokenUrl: string; tokenFile: string } | undefined;
  instance?: Instance | undefined;
}

type HeldToken = { token: string; endsAt: number };

export function createAzureSigner(signing: AzureSigning, { client, now }: SignerParts): Signer {
  const token = createFetchedToken<HeldToken>(async () => {
    const answer = signing.federated === undefined ? await ofInstance() : await ofFile();
    const { access_token: held, expires_in: seconds } = answer;
    if (typeof held !== 'string' || held === '') {
      throw new Fault('source-answer', 'Azure answered no token for this identity');
    }
    const life = Number(seconds);
    return { token: held, endsAt: now() + (Number.isFinite(life) ? life : 300) * 1000 };
  }, now);

  /** The file is read each time: it is replaced while the process runs. */
  async function ofFile(): Promise<Record<string, unknown>> {
    const { tokenUrl, tokenFile } = signing.federated!;
    const secret = (await readFile(tokenFile, 'utf8').catch(unreadable(tokenFile))).trim();
    const form = {
      grant_type: 'client_credentials',
      client_id: signing.clientId ?? '',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: secret,
      scope: signing.scope,
    };
    const text = await askForToken(client, { url: tokenUrl, form, secret }, (body) => {
      const answer = parseJson(body);
      return isRecord(answer) ? String(answer['error_description'] ?? answer['error']) : undefined;
    });
    return readIdentity(text);
  }

  async function ofInstance(): Promise<Record<string, unknown>> {
    const instance = signing.instance!;
    const isApp = instance.kind === 'azure-app-service';
    const search = new URLSearchParams({
      'api-version': isApp ? '2019-08-01' : '2018-02-01',
      resource: signing.scope.replace(/\/\.default$/, ''),
      ...(signing.clientId === undefined ? {} : { client_id: signing.clientId }),
    }).toString();
    return withInstance(instance, async (ask, shown = '') => {
      if (isApp) return readIdentity(await ask(`?${search}`, { 'x-identity-header': shown }));
      const path = `/metadata/identity/oauth2/token?${search}`;
      return readIdentity(await ask(path, { metadata: 'true' }));
    });
  }

  return {
    async headers(_, signal) {
      return { authorization: `Bearer ${(await token.get(signal)).token}` };
    },
    forget: () => token.forget(),
    secrets: () => (token.held() === undefined ? [] : [token.held()!.token]),
  };
}

function unreadable(path: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    const text = `the federated token "${path}" cannot be read (${error.code ?? 'unknown'})`;
    throw new Fault('source-unavailable', text, { retryable: true, cause: error });
  };
}
