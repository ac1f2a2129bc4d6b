import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Operation } from '../../contract/contract.ts';
import { Fault } from '../../errors.ts';
import type { CallLimits } from './call-limits.ts';
import type { ReportLinks } from './report-links.ts';
import type { Sessions } from './sessions.ts';
import { shownToken, type KnownToken, type Tokens } from './tokens.ts';

/** Lets a request in, or throws why not; answers the name of its token, undefined where it shows none and needs none. */
export type Admit = (
  request: IncomingMessage,
  response: ServerResponse,
  operation: Operation,
) => Promise<string | undefined>;

export interface AdmissionDependencies {
  tokens: Tokens;
  sessions: Sessions;
  links: ReportLinks;
  limits: CallLimits;
  /** Throws for a host name that may be somebody else's. */
  checkHost(host: string | undefined): void;
  /** Throws for what a page of another site sent. */
  checkOrigin(headers: IncomingMessage['headers']): void;
}

/**
 * Who is it, has it called too often, does a foreign page make it call, may it. Without tokens everyone may who
 * calls this service by a name of its own: a page that has none of our tokens has no use for another name.
 */
export function createAdmission(dependencies: AdmissionDependencies): Admit {
  const { tokens, sessions, links, limits, checkHost, checkOrigin } = dependencies;

  function tokenOf({ headers }: IncomingMessage, operation: Operation): KnownToken | undefined {
    const { authorization, cookie } = headers;
    if (authorization !== undefined) return tokens.match(shownToken(authorization) ?? '');
    if (!operation.accepts.includes('session')) return undefined;
    return sessions.find(cookie ?? '');
  }

  function showsLink({ url = '' }: IncomingMessage, operation: Operation): boolean {
    if (!operation.accepts.includes('reportLink')) return false;
    const asked = URL.parse(url, 'http://localhost');
    return asked !== null && links.verify(asked.pathname, asked.searchParams);
  }

  return async (request, response, operation) => {
    const token = tokenOf(request, operation);
    if (!operation.tags.includes('operations')) {
      const leave = await limits.enter(token?.name ?? `address ${request.socket.remoteAddress}`);
      if (response.closed) leave();
      else response.once('close', leave);
    }
    if (operation.method !== 'get') checkOrigin(request.headers);
    if (operation.accepts.length === 0) return undefined;
    if (tokens.isOpen) checkHost(request.headers.host);
    else if (token === undefined && !showsLink(request, operation)) throw unauthorized();
    return token?.name;
  };
}

function unauthorized(): Fault {
  return new Fault(
    'unauthorized',
    'this service wants a token: send "authorization: Bearer ..." with one of server.tokens, or that as the password of basic authentication',
  );
}
