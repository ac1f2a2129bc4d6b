import type { IncomingHttpHeaders } from 'node:http';
import { Fault } from '../../errors.ts';

/**
 * Refuses what pages of other sites make a browser send: browsers say where a request comes from, other clients send
 * no such header. `origins` are those that may call, beside this service's own.
 */
export function createOriginCheck(options: {
  origins: readonly string[];
  publicUrl: string | undefined;
}): (headers: IncomingHttpHeaders) => void {
  const { origins, publicUrl } = options;
  const allowed = [...origins, ...(publicUrl === undefined ? [] : [new URL(publicUrl).origin])];
  return ({ origin, host, 'sec-fetch-site': site = 'none' }) => {
    if (origin === undefined) {
      if (site === 'same-origin' || site === 'none') return;
      throw foreign('another site');
    }
    const isOwn = URL.parse(origin)?.host === host;
    if (!isOwn && !allowed.includes(origin)) throw foreign(origin);
  };
}

function foreign(origin: string): Fault {
  return new Fault(
    'forbidden',
    `a page of ${origin.slice(0, 255)} may not change anything here: name its origin in server.cors.origins if it is meant`,
  );
}
