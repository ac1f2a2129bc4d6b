import type { Scope } from '../model/scope.ts';

/** The address at which a person sees a query over the window of a scope; nothing of an account but its template is in it. */
export function exploreLink(
  template: string,
  query: string,
  { startAt, endAt }: Pick<Scope, 'startAt' | 'endAt'>,
): string {
  const values: Record<string, string> = {
    query,
    queryJson: JSON.stringify(query).slice(1, -1),
    start: instant(startAt),
    end: instant(endAt),
    startMs: String(startAt),
    endMs: String(endAt),
    startSeconds: String(Math.floor(startAt / 1000)),
    endSeconds: String(Math.ceil(endAt / 1000)),
    seconds: String(Math.max(1, Math.ceil((endAt - startAt) / 1000))),
  };
  return template.replace(/\{([A-Za-z]+)\}/g, (place, name: string) => {
    const value = values[name];
    return value === undefined ? place : encodeURIComponent(value);
  });
}

/** UTC without milliseconds, as Prometheus' pages and Grafana read it. */
function instant(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
