import { createHash } from 'node:crypto';
import { Fault, type Violation } from '../../errors.ts';
import { isFinal, type Analysis, type AnalysisSnapshot } from '../../model/analysis.ts';
import { streamOfSamples, type PushedSample } from '../../model/pushed/samples.ts';
import type { Side } from '../../model/scope.ts';
import type { Sources } from '../../sources/registry.ts';
import type { Store } from '../../store/store.ts';
import type { Meters } from '../../telemetry.ts';
import { invalidRequest } from '../accept/invalid-request.ts';
import { unknownAnalysis } from '../cancel.ts';
import { intervalAt, intervalBefore, intervalCount } from '../intervals.ts';
import { planRequests } from '../run/series-requests.ts';

/** One value as it came in. */
export interface SentSample extends PushedSample {
  metric: string;
  side: Side;
}

/**
 * Stores values for metrics of an analysis that runs, all or none. Faults: `not-found`, `conflict` when it has ended,
 * `invalid-request` with every sample that does not fit, `payload-too-large` beyond what is kept for one metric.
 */
export type ReceiveSamples = (
  id: string,
  samples: readonly SentSample[],
) => Promise<{ accepted: number; repeated: number }>;

export interface ReceiveSamplesDependencies {
  store: Store;
  sources: Sources;
  meters: Meters;
  now(): number;
}

/** Clocks of machines differ by so much without anybody having to care. */
const CLOCK_DIFFERENCE_MS = 60_000;
const MAX_VIOLATIONS = 100;
/** Characters of one metric and side, as they are stored: about 200,000 values without labels. */
const MAX_SIZE = 10_000_000;

export function createReceiveSamples(dependencies: ReceiveSamplesDependencies): ReceiveSamples {
  const { store, sources, meters, now } = dependencies;

  async function checkRoom(streams: readonly string[]): Promise<void> {
    for (const stream of streams) {
      const { size } = await store.samples.measure(stream);
      if (size < MAX_SIZE) continue;
      const text =
        'a metric has all the samples that are kept for one side: send sums of each step instead of single values';
      throw new Fault('payload-too-large', text);
    }
  }

  return async (id, samples) => {
    const analysis = await store.analyses.get(id);
    if (analysis === undefined) throw unknownAnalysis(id);
    if (isFinal(analysis.state)) throw hasEnded(analysis);
    const violations = checkSamples(samples, analysis.snapshot, sources, now());
    if (violations.length > 0) throw invalidRequest(violations);
    const groups = Map.groupBy(samples, ({ metric, side }) => streamOfSamples(id, metric, side));
    await checkRoom([...groups.keys()]);
    const body = createHash('sha256').update(JSON.stringify(samples)).digest('base64url');
    const rows = [...groups].map(([stream, own], index) => ({
      id: `samples:${id}:${body}:${index}`,
      stream,
      at: Math.min(...own.map(({ at }) => at)),
      document: own.map(({ metric: _metric, side: _side, ...sample }) => sample),
    }));
    const fresh = await store.samples.appendOnce(rows);
    const accepted = rows.reduce(
      (sum, row) => sum + (fresh.has(row.id) ? row.document.length : 0),
      0,
    );
    const repeated = samples.length - accepted;
    meters.pushedPoints.inc({ protocol: 'native', outcome: 'kept' }, accepted);
    meters.pushedPoints.inc({ protocol: 'native', outcome: 'repeated' }, repeated);
    return { accepted, repeated };
  };
}

/** Which values every metric that takes any takes, by its name. */
function takersOf(snapshot: AnalysisSnapshot, sources: Sources): Map<string, Set<unknown>> {
  const takers = new Map<string, Set<unknown>>();
  const first = intervalAt(snapshot.window, 1);
  for (const { metric, source, request } of planRequests(snapshot, first, sources)) {
    const { samples } = request.query;
    if (source.kind !== 'push' || samples === undefined) continue;
    takers.set(metric.name, (takers.get(metric.name) ?? new Set()).add(samples));
  }
  return takers;
}

function checkSamples(
  samples: readonly SentSample[],
  snapshot: AnalysisSnapshot,
  sources: Sources,
  now: number,
): Violation[] {
  const takers = takersOf(snapshot, sources);
  const known = snapshot.config.metrics.map(({ name }) => name);
  const check = (sample: SentSample): [string, string] | undefined => {
    const taken = takers.get(sample.metric);
    if (taken === undefined)
      return ['metric', tellNotTaken(sample.metric, known, [...takers.keys()])];
    if (taken.has('exposure') && sample.exposure === undefined)
      return ['exposure', `is missing: "${sample.metric}" is counted out of it`];
    if (!taken.has('exposure') && sample.exposure !== undefined)
      return ['exposure', `has no use: "${sample.metric}" has no \`exposure\` of samples`];
    if (taken.has('exposure') && sample.value < 0)
      return ['value', `is negative: "${sample.metric}" is a count`];
    const why = untimely(sample, snapshot, now);
    return why === undefined ? undefined : ['time', why];
  };
  const violations: Violation[] = [];
  for (const [index, sample] of samples.entries()) {
    const broken = check(sample);
    if (broken === undefined) continue;
    violations.push({ pointer: `/samples/${index}/${broken[0]}`, message: broken[1] });
    if (violations.length >= MAX_VIOLATIONS) break;
  }
  return violations;
}

function tellNotTaken(metric: string, known: readonly string[], takers: readonly string[]): string {
  const list = takers.map((name) => `"${name}"`).join(', ');
  const which = takers.length === 0 ? 'none of this analysis does' : `those that do are ${list}`;
  if (known.includes(metric))
    return `"${metric}" takes no samples: its query needs \`source: push\` with \`samples\`; ${which}`;
  return `the config has no metric "${metric}" that takes samples; ${which}`;
}

function untimely(
  { metric, side, at }: SentSample,
  snapshot: AnalysisSnapshot,
  now: number,
): string | undefined {
  if (Number.isNaN(at)) return 'is no time of the calendar';
  const { scopeName } = snapshot.config.metrics.find(({ name }) => name === metric)!;
  const { offsetMs, times } = snapshot.scopes[scopeName]![side];
  const { window } = snapshot;
  const whole = {
    startAt: intervalBefore(window)?.startAt ?? window.startAt,
    endAt: intervalAt(window, intervalCount(window)).endAt,
  };
  const from = (times ?? whole).startAt - offsetMs;
  const until = (times ?? whole).endAt - offsetMs;
  if (at < from) return `is before the window, which begins at ${new Date(from).toISOString()}`;
  if (at >= until) return `is after the window, which ends at ${new Date(until).toISOString()}`;
  if (at > now + CLOCK_DIFFERENCE_MS) return 'has not come yet: set the clock of its sender';
  return undefined;
}

function hasEnded({ id, state }: Analysis): Fault {
  const text = `analysis ${id} takes no samples any more: it is ${state}; start another one`;
  return new Fault('conflict', text, { subject: `analysis "${id}"` });
}
