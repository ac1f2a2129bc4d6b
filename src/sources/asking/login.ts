import type { Signing } from '../logins/signer.ts';

/** How a request shows who asks. Secrets are the resolved texts. */
export interface Login {
  bearerToken?: string | undefined;
  username?: string | undefined;
  password?: string | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  /** Where requests are signed, or bear a token that ends. */
  signing?: Signing | undefined;
}

/** Shorter values of an address are words such as a tenant, which messages may well contain. */
const SECRET_LENGTH = 8;

/** The address below which a server is asked, the headers of each request, and what must never be shown. */
export function prepareLogin(
  url: URL,
  login: Login,
): { base: URL; headers: Record<string, string>; secrets: string[] } {
  const base = new URL(url);
  const username = login.username ?? decodeURIComponent(base.username);
  const password = login.password ?? decodeURIComponent(base.password);
  base.username = '';
  base.password = '';
  base.hash = '';
  const basic = Buffer.from(`${username}:${password}`).toString('base64');
  const authorization =
    login.bearerToken !== undefined
      ? { authorization: `Bearer ${login.bearerToken}` }
      : username !== '' || password !== ''
        ? { authorization: `Basic ${basic}` }
        : {};
  const secrets = [
    login.bearerToken,
    password,
    basic,
    ...Object.values(login.headers ?? {}).flatMap(partsOfHeader),
    ...[...base.searchParams.values()].filter(({ length }) => length >= SECRET_LENGTH),
  ];
  return {
    base,
    headers: { accept: 'application/json', ...authorization, ...login.headers },
    secrets: secrets.filter((secret): secret is string => secret !== undefined && secret !== ''),
  };
}

/** A header such as `Bearer TOKEN` may be repeated as the token alone. */
function partsOfHeader(value: string): string[] {
  return [value, ...value.split(' ').filter(({ length }) => length >= SECRET_LENGTH)];
}
