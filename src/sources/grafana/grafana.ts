import { Fault } from '../../errors.ts';
import { asJson, type Manners } from '../asking/http-ask.ts';
import { createHttpSource, type PageAnswer, type Plan } from '../asking/http-source.ts';
import { isRecord, parseJson, readList, readObject, wrongAnswer } from '../asking/read-json.ts';
import { epochBucketsOf, placeBuckets, refuseCoarser } from '../grid/bucket-grid.ts';
import { gridOf, type Grid } from '../grid/grid.ts';
import { placeOnGrid } from '../grid/range-series.ts';
import type { CreateSource } from '../kinds.ts';
import { fillTree, fillWords } from '../queries/fill-tree.ts';
import { recordField, textField, wrongField } from '../queries/query-fields.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import { scopeValues } from '../queries/template-engine.ts';
import { windowValues } from '../queries/window-values.ts';
import type { SeriesRequest } from '../source.ts';
import { readDataFrame } from './data-frames.ts';

/** Whatever a Grafana reads, by the queries of its panels; the secrets of its data sources stay there. */
export const createGrafanaSource: CreateSource = (account, dependencies) =>
  createHttpSource(account, dependencies, {
    kind: 'grafana',
    manners: MANNERS,
    plan: planGrafana,
    // api/health asks for no token
    probe: () => ({
      method: 'GET',
      path: 'api/access-control/user/permissions',
      read: ({ text }) => checkPermissions(text),
    }),
    names: {
      question: () => ({
        method: 'GET',
        path: 'api/datasources',
        read: ({ text }) => ({
          names: readList(text, 'Grafana')
            .filter(isRecord)
            .map(({ uid, type, name }) => [uid, type, name].join(' ')),
        }),
      }),
    },
  });

const MANNERS: Manners = {
  readError: readGrafanaError,
  // a 400 says that all queries failed; why, and whether it passes, is told of each
  judge({ status, text }) {
    const own = statusOf(resultOf(text));
    return status === 400 && own !== undefined && isPassing(own)
      ? { code: 'source-unavailable', retryable: true }
      : undefined;
  },
  remedies: {
    401: "; check the account's service account token",
    403: '; check that the service account may query data sources (datasources:query)',
    404: '; check the uid of the data source and the url of the account',
  },
};

const REF = 'A';
/** Plugins take a longer interval where a window has more points than are told. */
const LEAST_POINTS = 11_000;

/** Plugins that evaluate at instants; these align windows to the step, others cut time there. */
const OF_INSTANTS = new Set(['prometheus', 'loki']);
const RANGE: Record<string, object> = {
  prometheus: { range: true, instant: false, format: 'time_series' },
  loki: { queryType: 'range' },
};

const NEEDED = 'datasources:query';

/** A map from each thing that the account may do to what it may do it with. */
function checkPermissions(body: string): void {
  if (Object.hasOwn(readObject(body, 'Grafana'), NEEDED)) return;
  const text = `that the service account has no permission ${NEEDED}; give it the role Viewer, or that permission`;
  throw new Fault('source-refused', text);
}

function planGrafana(request: SeriesRequest): Plan {
  const { query, scope } = request;
  const { uid, type } = recordField(query, 'datasource');
  if (typeof uid !== 'string' || typeof type !== 'string') {
    throw wrongField(query, 'datasource', 'a map with the texts uid and type');
  }
  const timesAre = textField(query, 'timesAre') ?? (OF_INSTANTS.has(type) ? 'instants' : 'starts');
  if (!['starts', 'ends', 'instants'].includes(timesAre)) {
    throw wrongField(query, 'timesAre', 'starts, ends or instants');
  }
  const { grid: buckets, remarks } = epochBucketsOf(scope);
  const { startAt, stepMs } = buckets;
  const endAt = startAt + buckets.count * stepMs;
  const areInstants = timesAre === 'instants';
  const stepSeconds = stepMs / 1000;
  const grid = areInstants ? gridOf({ startAt, endAt, stepSeconds }) : buckets;
  const values = new Map([...scopeValues(scope), ...windowValues(buckets)]);
  const model = fillTree(recordField(query, 'model'), values, { fill: fillWords });
  const asked = {
    ...RANGE[type],
    interval: `${stepMs}ms`,
    ...(model as Record<string, unknown>),
    refId: REF,
    datasource: { uid, type },
    intervalMs: stepMs,
    maxDataPoints: Math.max(LEAST_POINTS, grid.count + 1),
  };
  const label = timesAre === 'ends' ? 'end' : 'start';
  const wanted = textField(query, 'value');
  return {
    query: `${type} ${uid}: ${JSON.stringify(model)}`,
    grid,
    remarks,
    options: readSeriesOptions(query),
    place: ({ points }, grid) =>
      areInstants ? placeOnGrid(points, grid) : placeBuckets(points, grid, label),
    questions: [
      {
        method: 'POST',
        path: 'api/ds/query',
        tellable: [],
        // the end is a part of the window there, and a row at it would be a bucket of its own
        ...asJson({
          from: String(startAt),
          to: String(areInstants ? endAt : endAt - 1),
          queries: [asked],
        }),
        read: ({ text }) => readAnswer(text, grid, wanted),
      },
    ],
  };
}

function readAnswer(body: string, grid: Grid, wanted: string | undefined): PageAnswer {
  readObject(body, 'Grafana');
  const result = resultOf(body);
  if (result === undefined) throw wrongAnswer('no result for the query');
  const { error, frames } = result;
  if (typeof error === 'string' && error !== '') throw failed(error, statusOf(result));
  if (frames !== undefined && frames !== null && !Array.isArray(frames)) {
    throw wrongAnswer('a result without frames');
  }
  const answers = (frames ?? []).map((frame) => readDataFrame(frame, wanted));
  const series = answers.flatMap((one) => one.series);
  refuseCoarser(
    series.flatMap(({ points }) => points.map(([at]) => at)),
    grid,
  );
  return { series, remarks: answers.flatMap(({ remarks }) => remarks) };
}

function failed(error: string, status: number | undefined): Fault {
  const words = `an error: ${error}`;
  if (status !== undefined && isPassing(status)) {
    return new Fault('source-unavailable', words, { retryable: true });
  }
  return new Fault('source-refused', `${words}; correct the query`);
}

function resultOf(body: string): Record<string, unknown> | undefined {
  const answer = parseJson(body);
  const results = isRecord(answer) ? answer['results'] : undefined;
  const result = isRecord(results) ? results[REF] : undefined;
  return isRecord(result) ? result : undefined;
}

function statusOf(result: Record<string, unknown> | undefined): number | undefined {
  const status = result?.['status'];
  return typeof status === 'number' ? status : undefined;
}

function isPassing(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

function readGrafanaError(body: string): string | undefined {
  const error = resultOf(body)?.['error'];
  if (typeof error === 'string') return error;
  const answer = parseJson(body);
  const message = isRecord(answer) ? answer['message'] : undefined;
  return typeof message === 'string' ? message : undefined;
}
