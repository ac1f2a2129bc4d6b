import { readFile } from 'node:fs/promises';
import { Fault } from '../../errors.ts';
import { askForToken, createFetchedToken } from './fetched-token.ts';
import { readIdentity, withInstance, type Instance } from './instance.ts';
import { signV4, type AwsKeys } from './sigv4.ts';
import type { Signer, SignerParts } from './signer.ts';

/** Fixed keys, those of the instance, or a role that the token of a file may take on (EKS: IAM roles for service accounts). */
export interface AwsSigning {
  type: 'sigv4';
  region: string;
  service: string;
  keys?: AwsKeys | undefined;
  instance?: Instance | undefined;
  webIdentity?: { roleArn: string; tokenFile: string } | undefined;
  /** Of the token service; that of the region unless told. */
  stsUrl?: string | undefined;
}

type HeldKeys = AwsKeys & { endsAt: number };

export function createAwsSigner(signing: AwsSigning, { client, now }: SignerParts): Signer {
  const { keys, region, service } = signing;
  const taken = createFetchedToken<HeldKeys>(
    () =>
      signing.webIdentity === undefined ? keysOf(signing.instance!) : assumeRole(signing, client),
    now,
  );
  return {
    async headers(request, signal) {
      return signV4(request, keys ?? (await taken.get(signal)), { region, service }, now());
    },
    forget: () => taken.forget(),
    secrets: () =>
      [keys, taken.held()].flatMap((one) =>
        one === undefined
          ? []
          : [one.secretAccessKey, ...(one.sessionToken ? [one.sessionToken] : [])],
      ),
  };
}

const METADATA = '/latest/meta-data/iam/security-credentials/';

/** Version 2 alone: a question that a proxy passes on by mistake has no token. */
async function keysOf(instance: Instance): Promise<HeldKeys> {
  const text = await withInstance(instance, async (ask, shown) => {
    if (instance.kind === 'aws-container') {
      return ask('', shown === undefined ? {} : { authorization: shown });
    }
    const life = { 'x-aws-ec2-metadata-token-ttl-seconds': '300' };
    const token = { 'x-aws-ec2-metadata-token': await ask('/latest/api/token', life, 'PUT') };
    const [role = ''] = (await ask(METADATA, token)).trim().split('\n');
    return ask(`${METADATA}${encodeURIComponent(role)}`, token);
  });
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = readIdentity(text);
  const endsAt = Date.parse(String(Expiration));
  if (
    [AccessKeyId, SecretAccessKey].some((key) => typeof key !== 'string') ||
    Number.isNaN(endsAt)
  ) {
    throw new Fault('source-answer', 'the identity of this instance has no keys: give it a role');
  }
  return {
    accessKeyId: String(AccessKeyId),
    secretAccessKey: String(SecretAccessKey),
    ...(typeof Token === 'string' ? { sessionToken: Token } : {}),
    endsAt,
  };
}

/** The file is read each time: it is replaced while the process runs. */
async function assumeRole(
  { webIdentity, region, stsUrl = `https://sts.${region}.amazonaws.com/` }: AwsSigning,
  client: SignerParts['client'],
): Promise<HeldKeys> {
  const { roleArn, tokenFile } = webIdentity!;
  const secret = await readToken(tokenFile);
  const form = {
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: 'canary-verdict',
    WebIdentityToken: secret,
  };
  const question = { url: stsUrl, form, secret };
  const text = await askForToken(client, question, (body) => element(body, 'Message'));
  const [accessKeyId, secretAccessKey, sessionToken, ends] = [
    'AccessKeyId',
    'SecretAccessKey',
    'SessionToken',
    'Expiration',
  ].map((name) => element(text, name));
  const endsAt = Date.parse(ends ?? '');
  if (!accessKeyId || !secretAccessKey || !sessionToken || Number.isNaN(endsAt)) {
    throw new Fault('source-answer', `${new URL(stsUrl).host} answered no keys for the role`);
  }
  return { accessKeyId, secretAccessKey, sessionToken, endsAt };
}

async function readToken(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const text = `the web identity token "${path}" cannot be read (${code})`;
    throw new Fault('source-unavailable', text, { retryable: true, cause: error });
  }
}

/** Its answers are short XML, whose texts here have nothing that needs a parser. */
function element(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}
