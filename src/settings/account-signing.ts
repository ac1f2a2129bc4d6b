import { createPrivateKey } from 'node:crypto';
import type { LoginType } from './account-kinds.ts';
import { awsInstance, azureInstance, googleInstance, type Instance } from './account-instance.ts';
import { badKey, type Place } from './setting.ts';

/** Logins whose requests are signed, or bear a token that ends; see `sources/logins`. */
export type Signing = AwsSigning | AzureSigning | GoogleSigning | KeyPairSigning | OauthSigning;

interface AwsSigning {
  type: 'sigv4';
  region: string;
  service: string;
  keys?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  webIdentity?: { roleArn: string; tokenFile: string };
  instance?: Instance;
  stsUrl?: string;
}

/** An identity of Azure that has no secret. */
interface AzureSigning {
  type: 'azure';
  scope: string;
  clientId?: string;
  federated?: { tokenUrl: string; tokenFile: string };
  instance?: Instance;
}

interface GoogleSigning {
  type: 'google';
  key?: { clientEmail: string; privateKey: string; privateKeyId?: string; tokenUrl: string };
  instance?: Instance;
}

/** A user of Snowflake who has the public key of a pair. */
interface KeyPairSigning {
  type: 'key-pair';
  account: string;
  user: string;
  privateKey: string;
}

/** Client credentials of OAuth 2. */
interface OauthSigning {
  type: 'oauth2';
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  scope?: string;
}

type Written = Readonly<Record<string, string | undefined>> & { instance?: boolean };

/** Undefined for the ways that are headers. */
export function readSigning(way: LoginType, login: object, place: Place): Signing | undefined {
  if (way === 'oauth2') return readOauth(login as Written);
  if (way === 'azure') return readAzure(login as Written, place);
  if (way === 'key-pair') return readKeyPair(login as Written, place);
  if (way === 'sigv4') return readAws(login as Written, place);
  return way === 'google' ? readGoogle(login as Written, place) : undefined;
}

/** The key itself is read, so that a wrong file is told at the start and not by Snowflake. */
function readKeyPair({ account = '', user = '', key = '' }: Written, place: Place): KeyPairSigning {
  try {
    createPrivateKey(key);
  } catch {
    const what =
      'must be a private key in PEM without a passphrase, of which Snowflake has the public one, as file:PATH or env:NAME';
    throw badKey(`${place.key}.key`, what);
  }
  return { type: 'key-pair', account, user, privateKey: key };
}

function isOn({ instance }: Written): boolean {
  return instance === true;
}

function readOauth(written: Written): OauthSigning {
  const { tokenUrl = '', clientId = '', clientSecret = '', scope } = written;
  const narrowed = scope === undefined ? {} : { scope };
  return { type: 'oauth2', tokenUrl, clientId, clientSecret, ...narrowed };
}

/** Keys, or the role and file that EKS names in the environment of a pod. */
function readAws(written: Written, { key, env }: Place): AwsSigning {
  const {
    region = '',
    service = 'aps',
    accessKeyId,
    secretAccessKey,
    sessionToken,
    stsUrl,
  } = written;
  const common = {
    type: 'sigv4',
    region,
    service,
    ...(stsUrl === undefined ? {} : { stsUrl }),
  } as const;
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    const session = sessionToken === undefined ? {} : { sessionToken };
    return { ...common, keys: { accessKeyId, secretAccessKey, ...session } };
  }
  if ((accessKeyId ?? secretAccessKey) !== undefined) {
    throw badKey(key, 'needs both accessKeyId and secretAccessKey, or neither');
  }
  const roleArn = written['roleArn'] ?? env['AWS_ROLE_ARN'];
  const tokenFile = written['webIdentityTokenFile'] ?? env['AWS_WEB_IDENTITY_TOKEN_FILE'];
  if (roleArn !== undefined && tokenFile !== undefined) {
    return { ...common, webIdentity: { roleArn, tokenFile } };
  }
  if (isOn(written)) return { ...common, instance: awsInstance({ key, env }) };
  throw badKey(
    key,
    'needs accessKeyId and secretAccessKey, or roleArn and webIdentityTokenFile (AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE where they are not written), or instance: true for the role of the machine',
  );
}

/** A file first, as AKS names it in the environment of a pod; else the instance, where the account says so. */
function readAzure(written: Written, place: Place): AzureSigning {
  const { key, env } = place;
  const { scope = '' } = written;
  const clientId = written['clientId'] ?? env['AZURE_CLIENT_ID'];
  const tokenFile = env['AZURE_FEDERATED_TOKEN_FILE'];
  const tenant = env['AZURE_TENANT_ID'];
  const common = { type: 'azure', scope, ...(clientId === undefined ? {} : { clientId }) } as const;
  if (tokenFile !== undefined && tenant !== undefined && clientId !== undefined) {
    const host = (env['AZURE_AUTHORITY_HOST'] ?? 'https://login.microsoftonline.com').replace(
      /\/$/,
      '',
    );
    return { ...common, federated: { tokenUrl: `${host}/${tenant}/oauth2/v2.0/token`, tokenFile } };
  }
  if (isOn(written)) return { ...common, instance: azureInstance(place) };
  throw badKey(
    key,
    'needs AZURE_FEDERATED_TOKEN_FILE, AZURE_TENANT_ID and AZURE_CLIENT_ID in the environment, or instance: true for the identity of the machine',
  );
}

/** The text of a key file, of which no part is repeated. */
function readGoogle(written: Written, place: Place): GoogleSigning {
  const { key: text = '' } = written;
  if (isOn(written)) {
    if (text === '') return { type: 'google', instance: googleInstance(place) };
    throw badKey(place.key, 'has a key and instance: true: only one of them can be used');
  }
  const parts = partsOf(text);
  const {
    client_email: clientEmail,
    private_key: privateKey,
    private_key_id: id,
    token_uri: url,
  } = parts;
  if (typeof clientEmail !== 'string' || typeof privateKey !== 'string') {
    const what = 'must be the JSON key of a service account of Google, as file:PATH or env:NAME';
    throw badKey(`${place.key}.key`, what);
  }
  return {
    type: 'google',
    key: {
      clientEmail,
      privateKey,
      ...(typeof id === 'string' ? { privateKeyId: id } : {}),
      tokenUrl: typeof url === 'string' ? url : 'https://oauth2.googleapis.com/token',
    },
  };
}

function partsOf(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}
