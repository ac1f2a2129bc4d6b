import type { Signer } from './signing-key.ts';

/** Addresses of reports that open without a token, for who gets them in an event, until they expire. */
export interface ReportLinks {
  /** The same address, signed. */
  sign(url: string): string;
  /** Whether path and query are those of a signed address that has not expired. */
  verify(path: string, query: URLSearchParams): boolean;
}

export function createReportLinks(options: {
  signer: Signer;
  lifetimeMs: number;
  now(): number;
}): ReportLinks {
  const { signer, lifetimeMs, now } = options;
  const signed = (path: string, expires: string) => `${path}\n${expires}`;
  return {
    sign(url) {
      const expires = String(Math.floor((now() + lifetimeMs) / 1000));
      const link = new URL(url);
      link.searchParams.set('expires', expires);
      link.searchParams.set('signature', signer.sign(signed(reportPath(link.pathname), expires)));
      return link.href;
    },
    verify(path, query) {
      const expires = query.get('expires') ?? '';
      if (!(Number(expires) * 1000 > now())) return false;
      return signer.verify(signed(reportPath(path), expires), query.get('signature') ?? '');
    },
  };
}

/**
 * Who may open a report may open what belongs to it. A proxy may serve this service below a path of its own, which is no
 * part of what is asked for here.
 */
function reportPath(path: string): string {
  const [, , id = ''] = path.slice(path.lastIndexOf('/analyses/')).split('/');
  return `/analyses/${id.replace(/\.(png|md)$/, '')}`;
}
