import { badKey, type Place } from './setting.ts';

/** Where the machine that this runs on tells who it is; see `sources/logins/instance`. */
export interface Instance {
  kind: 'aws-container' | 'aws-metadata' | 'google' | 'azure-metadata' | 'azure-app-service';
  url: string;
  secret?: string;
  secretFile?: string;
}

const METADATA = 'http://169.254.169.254';
/** Addresses that a cloud gives its instances for this, and loopback, where stand-ins are. */
const HOSTS =
  /^(?:169\.254\.169\.254|169\.254\.170\.2|169\.254\.170\.23|\[fd00:ec2::(?:254|23)\]|127\.0\.0\.1|localhost)$/;

/** That of a container (ECS, EKS) where the environment names one, as the tools of AWS do; that of the machine else. */
export function awsInstance(place: Place): Instance {
  const { env } = place;
  const relative = env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];
  const full =
    relative === undefined
      ? env['AWS_CONTAINER_CREDENTIALS_FULL_URI']
      : `http://169.254.170.2${relative}`;
  if (full === undefined) {
    return {
      kind: 'aws-metadata',
      url: known(env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] ?? METADATA, place),
    };
  }
  const secret = env['AWS_CONTAINER_AUTHORIZATION_TOKEN'];
  const secretFile = env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'];
  return {
    kind: 'aws-container',
    url: known(full, place),
    ...(secret === undefined ? {} : { secret }),
    ...(secretFile === undefined ? {} : { secretFile }),
  };
}

export function googleInstance(place: Place): Instance {
  const host = place.env['GCE_METADATA_HOST'];
  return { kind: 'google', url: known(host === undefined ? METADATA : `http://${host}`, place) };
}

/** That of an app (App Service, Container Apps) where the environment names one; that of the machine else. */
export function azureInstance(place: Place): Instance {
  const { env } = place;
  const endpoint = env['IDENTITY_ENDPOINT'];
  const secret = env['IDENTITY_HEADER'];
  if (endpoint !== undefined && secret !== undefined) {
    return { kind: 'azure-app-service', url: known(endpoint, place), secret };
  }
  const url = env['AZURE_POD_IDENTITY_AUTHORITY_HOST'] ?? METADATA;
  return { kind: 'azure-metadata', url: known(url, place) };
}

/** Its client reaches no others either; here it is told at the start. */
function known(text: string, { key }: Place): string {
  const url = URL.parse(text);
  if (url !== null && url.protocol === 'http:' && HOSTS.test(url.hostname))
    return text.replace(/\/$/, '');
  const what = `has instance: true, and the environment names a place for it that no cloud has: "${url?.host ?? 'no url'}"`;
  throw badKey(key, what);
}
