import {
  streamOfMetric,
  type ExpectedMetric,
  type PushedReading,
} from '../../model/pushed/points.ts';
import { streamOfSamples, type PushedSample } from '../../model/pushed/samples.ts';
import type { Series } from '../../model/series.ts';
import { bucketsOf } from '../grid/bucket-grid.ts';
import { evaluateTracks, LEAD_STEPS } from '../readings/evaluation.ts';
import type { MetricSource, SeriesRequest } from '../source.ts';
import { checkPush } from './push-check.ts';
import { standIn, tracksOf, type Arrival } from './instance-tracks.ts';
import {
  describePushQuery,
  parsePushQuery,
  type OtlpQuery,
  type SamplesQuery,
} from './push-query.ts';
import { seriesOfSamples } from './sample-series.ts';

/** What was sent here, in the order of its times. */
export interface SentSamples {
  read(stream: string, fromAt: number, toAt: number): Promise<{ at: number; document: unknown }[]>;
}

/**
 * Metrics that other systems send here while an analysis runs, by OTLP or to the analysis itself; a step holds what
 * came within it. They wait in the store, so that any process may take them in and any other one judge them.
 */
export function createPushSource(sent: SentSamples): MetricSource {
  async function arrivalsOf(
    { scope: { scope, startAt, endAt, stepSeconds } }: SeriesRequest,
    { attribute, names }: OtlpQuery,
  ): Promise<Arrival[]> {
    const fromAt = startAt - LEAD_STEPS * stepSeconds * 1000;
    const streams = [undefined, ...names].map(async (name) => {
      const stream = streamOfMetric({ attribute, scope, ...(name === undefined ? {} : { name }) });
      const rows = await sent.read(stream, fromAt, endAt);
      return rows.map(({ at, document }) => ({
        ...(document as PushedReading),
        at,
        ...(name === undefined ? {} : { name }),
      }));
    });
    return (await Promise.all(streams)).flat();
  }

  async function samplesOf({ metric, side, scope, analysisId }: SeriesRequest) {
    if (analysisId === undefined) return []; // nothing can be sent to what is not stored
    const stream = streamOfSamples(analysisId, metric, side);
    const rows = await sent.read(stream, 0, scope.endAt);
    return rows.flatMap(({ document }) => document as PushedSample[]);
  }

  async function seriesOf(
    request: SeriesRequest,
    query: OtlpQuery | SamplesQuery,
  ): Promise<Series[]> {
    const grid = bucketsOf(request.scope);
    const text = describePushQuery(query, request);
    if (query.kind === 'samples') {
      return seriesOfSamples(query, await samplesOf(request), { grid, text });
    }
    const { question, aggregate } = query;
    const tracks = tracksOf(query, await arrivalsOf(request, query), grid);
    return evaluateTracks(standIn(question), { aggregate, query: text }, tracks, grid);
  }

  return {
    kind: 'push',
    account: 'push',
    describe: (request) => describePushQuery(parsePushQuery(request.query), request),
    check: (query) => Promise.resolve(checkPush(query)),
    expects: (request) => expectedOf(request, parsePushQuery(request.query)),
    async fetch(request, signal) {
      signal.throwIfAborted();
      const series = await seriesOf(request, parsePushQuery(request.query));
      signal.throwIfAborted();
      return { series, remarks: [] };
    },
  };
}

function expectedOf(
  { scope: { scope, startAt, endAt, stepSeconds } }: SeriesRequest,
  query: OtlpQuery | SamplesQuery,
): ExpectedMetric[] {
  if (query.kind === 'samples') return [];
  const { attribute, names } = query;
  const fromAt = startAt - LEAD_STEPS * stepSeconds * 1000;
  return names.map((name) => ({ attribute, scope, name, fromAt, untilAt: endAt }));
}
