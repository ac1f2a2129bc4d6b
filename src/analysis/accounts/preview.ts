import { Fault, toFault } from '../../errors.ts';
import type { SourceQuery } from '../../model/config.ts';
import { parseScopeRequest } from '../../model/native-format.ts';
import { SIDES, type Side } from '../../model/scope.ts';
import type { Series } from '../../model/series.ts';
import type { components } from '../../openapi.d.ts';
import type { MetricSource, SeriesRequest } from '../../sources/source.ts';
import { invalidRequest } from '../accept/invalid-request.ts';
import { parseWindow } from '../intervals.ts';
import type { AnalysisLimits } from '../limits.ts';
import { scopePairAt } from '../run/series-requests.ts';

type Schemas = components['schemas'];

export interface PreviewedSide {
  /** As it was sent. */
  query: string;
  tookMs: number;
  series: Series[];
  /** Series that are left out, as all together would be too long. */
  omitted: number;
  remarks: string[];
}

export interface Previewed {
  account: string;
  source: string;
  baseline: PreviewedSide;
  canary?: PreviewedSide;
}

/**
 * One query of one account, for each side that the request has. Faults: `invalid-request` for a query of another kind of
 * source or a window that cannot be, `invalid-query`, and those of the source, which name the side.
 */
export type PreviewQuery = (
  account: string,
  request: Schemas['PreviewRequest'],
  signal: AbortSignal,
) => Promise<Previewed>;

/** Of one side's answer, in points. */
const MOST_POINTS = 100_000;
const METRIC = 'preview';

export function createPreview({
  sourceOf,
  limits,
  now,
}: {
  sourceOf(account: string): MetricSource;
  limits: AnalysisLimits;
  now(): number;
}): PreviewQuery {
  return async (account, request, signal) => {
    const source = sourceOf(account);
    const asked = await requestsOf(request, source, { limits, now: now() });
    const deadline = AbortSignal.timeout(limits.executionDeadlineMs);
    const stop = AbortSignal.any([signal, deadline]);
    const sides = await Promise.all(
      asked.map(async (one) => [one.side, await askSide(source, one, stop)] as const),
    ).catch((thrown: unknown) => {
      throw deadline.aborted ? late(account, thrown) : thrown;
    });
    const found = Object.fromEntries(sides) as Record<Side, PreviewedSide>;
    return { account, source: source.kind, ...found };
  };
}

async function requestsOf(
  { query, window, ...scopes }: Schemas['PreviewRequest'],
  source: MetricSource,
  { limits, now }: { limits: AnalysisLimits; now: number },
): Promise<SeriesRequest[]> {
  const parsed = parseWindow(window, now, limits);
  if (Array.isArray(parsed)) {
    throw invalidRequest(
      parsed.map(({ pointer, message }) => ({ pointer: `/window${pointer}`, message })),
    );
  }
  const wanted = query as SourceQuery;
  if (wanted.source !== source.kind) {
    const message = `is "${wanted.source}", and account "${source.account}" is of the kind "${source.kind}"`;
    throw invalidRequest([{ pointer: '/query/source', message }]);
  }
  const problems = (await source.check?.(wanted, parsed.stepSeconds)) ?? [];
  const wrong = problems.filter(({ severity }) => severity === 'error');
  if (wrong.length > 0) {
    throw invalidRequest(wrong.map(({ message }) => ({ pointer: '/query', message })));
  }
  const { startAt } = parsed;
  const endAt = parsed.kind === 'fixed' ? parsed.endAt : now;
  const sides = {
    baseline: parseScopeRequest(scopes.baseline),
    canary: parseScopeRequest(scopes.canary ?? scopes.baseline),
  };
  const pair = scopePairAt(sides, { startAt, endAt }, parsed.stepSeconds);
  return SIDES.filter((side) => scopes[side] !== undefined).map((side) => ({
    metric: METRIC,
    query: wanted,
    side,
    scope: pair[side],
    templates: {},
    inline: [],
  }));
}

/** What a source answers for one side; its faults name the side. */
export async function askSide(
  source: MetricSource,
  request: SeriesRequest,
  signal: AbortSignal,
): Promise<PreviewedSide> {
  const begin = performance.now();
  try {
    const { series, remarks } = await source.fetch(request, signal);
    const tookMs = Math.round(performance.now() - begin);
    const kept = within(series);
    return {
      query: source.describe(request),
      tookMs,
      series: kept,
      omitted: series.length - kept.length,
      remarks: remarks.map(({ text }) => text),
    };
  } catch (thrown) {
    const fault = toFault(thrown);
    throw fault.code === 'internal'
      ? thrown
      : fault.withMessage(`${request.side}: ${fault.message}`);
  }
}

function within(series: readonly Series[]): Series[] {
  let points = 0;
  return series.filter(({ values }) => (points += values.length) <= MOST_POINTS);
}

function late(account: string, cause: unknown): Fault {
  return new Fault('deadline-exceeded', `account "${account}" had not answered in time`, { cause });
}
