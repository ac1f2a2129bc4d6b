import { Fault } from '../../errors.ts';
import type { Series } from '../../model/series.ts';
import type { OutboundAnswer, OutboundClient } from '../../outbound/client.ts';
import { gaps, joinSeries, type RangeAnswer, type RangeSeries } from '../grid/range-series.ts';
import type { Grid } from '../grid/grid.ts';
import { createLimitChecks, DEFAULT_LIMITS, type SeriesLimits } from '../grid/limits.ts';
import { finishValues, keepLabels, type SeriesOptions } from '../queries/series-options.ts';
import type { FetchedSeries, MetricSource, SeriesRequest, SourceRemark } from '../source.ts';
import {
  CONNECTION_DEFAULTS,
  createHttpAsk,
  type Connection,
  type HttpQuestion,
  type Manners,
} from './http-ask.ts';
import { askNames, askProbe, type Names, type Probe } from './account-questions.ts';
import { waitReal } from './attempts.ts';
import { createPatience, type PatienceOptions } from './patience.ts';

/** An account of a kind that is asked over HTTP; what only the kind knows is in `options`. */
export interface HttpAccount
  extends Partial<SeriesLimits>, Omit<Connection, 'timeoutMs' | 'maxAnswerBytes'> {
  timeoutMs?: number;
  maxAnswerBytes?: number;
  attempts?: number;
  /** Whether its server is a component of `/health`. */
  health?: boolean;
  settleMs?: number;
  options?: Readonly<Record<string, unknown>>;
}

export interface HttpSourceDependencies extends PatienceOptions {
  client: OutboundClient;
  now: () => number;
}

/** One vendor: everything that is its own, and all of it pure. */
export interface Vendor {
  kind: string;
  manners: Manners;
  /** All that one request needs, made without asking anybody; throws `invalid-query`. */
  plan(request: SeriesRequest): Plan;
  /**
   * What shows that queries of the account would be answered; `bad-configuration` where the account names nothing that
   * could be asked for.
   */
  probe(now: number): Probe;
  names?: Names;
}

export interface Plan {
  /** The query as it is sent, for people to read; kept with each series. */
  query: string;
  grid: Grid;
  /** Asked one after the other; their series are joined by their labels. */
  questions: readonly PlannedQuestion[];
  /** Values of one series on the grid, by `placeBuckets` or `placeOnGrid`, or as Kayenta reads them. */
  place(series: RangeSeries, grid: Grid): number[] | PlacedValues;
  /** Absent for Kayenta-shaped queries, which know none: their series may also have equal labels. */
  options?: SeriesOptions;
  remarks?: readonly SourceRemark[];
}

/** Values on another grid than that of the request, as Kayenta reads some answers. */
export type PlacedValues = Pick<Series, 'startAt' | 'stepMs' | 'values'>;

export interface PlannedQuestion extends HttpQuestion {
  /**
   * Reads a 2xx answer. What it throws is told as `source "x" answered ...`: `source-answer` for what is not an
   * answer to this question, `source-refused`, `source-unavailable` (retryable) or `source-limit` for errors and
   * partial answers inside of a 200.
   */
  read(answer: OutboundAnswer): PageAnswer;
}

export interface PageAnswer extends RangeAnswer {
  /** The question for the rest of it. */
  next?: PlannedQuestion;
  /** How long to wait before it. */
  waitMs?: number;
  /** Ends what still runs at the server, for when nobody will ask the next question. */
  abandon?: HttpQuestion;
}

const MAX_PAGES = 1000;
const ABANDON_MS = 5000;

/** The source of an account of this vendor: asks with retries and limits, pages on, and places what came. */
export function createHttpSource(
  configured: HttpAccount,
  dependencies: HttpSourceDependencies,
  vendor: Vendor,
): MetricSource {
  const account = { ...CONNECTION_DEFAULTS, ...DEFAULT_LIMITS, ...configured };
  const subject = `source "${account.name}"`;
  const { kind, manners, probe, names } = vendor;
  const createServer = (url: string) =>
    createHttpAsk({ ...account, url }, dependencies.client, dependencies.now, {
      ...manners,
      readError: (body, answer) => manners.readError(body, answer) ?? wordsOfPage(body),
    });
  const server = createServer(account.url);
  const namesServer = names?.url === undefined ? server : createServer(names.url(account.url));
  const limits = createLimitChecks(account.name, account);
  const patiently = createPatience(account, dependencies);
  const { health, settleMs } = account;
  const ping = async (signal: AbortSignal) => askProbe(server, probe(dependencies.now()), signal);

  let abandoning: Promise<unknown> = Promise.resolve();

  return {
    kind,
    account: account.name,
    isRemote: true,
    ...(settleMs === undefined ? {} : { settleMs }),
    describe: (request) => vendor.plan(request).query,
    ping,
    ...(health === true && { probe: ping }),
    ...(names && {
      async listMetrics(signal, match) {
        const about = { subject, kind, now: dependencies.now() };
        return askNames(namesServer, names, about, { match, signal });
      },
    }),
    async close() {
      await abandoning;
    },
    async fetch(request, signal) {
      signal.throwIfAborted();
      const plan = vendor.plan(request);
      limits.points(plan.grid.count, request.metric);
      const answers = await askAll(plan, request.metric, signal);
      const joined =
        plan.options === undefined ? answers.flatMap(({ series }) => series) : joinSeries(answers);
      limits.series(joined.length, plan.grid.count, request.metric);
      return tellSource(request.metric, () => finish(plan, joined, answers));
    },
  };

  async function askAll(plan: Plan, metric: string, signal: AbortSignal): Promise<PageAnswer[]> {
    const about = `for metric "${metric}"`;
    const answers: PageAnswer[] = [];
    if (plan.grid.count === 0) return answers;
    for (const first of plan.questions) {
      let runs: HttpQuestion | undefined;
      try {
        for (let question: PlannedQuestion | undefined = first; question !== undefined;) {
          if (answers.length >= MAX_PAGES) throw tooManyPages(metric);
          const { read, ...asked } = question;
          const answer: PageAnswer = await patiently(
            () => server.ask({ about, signal }, asked, read),
            signal,
          );
          answers.push(answer);
          runs = answer.abandon;
          if (answer.waitMs !== undefined) await pause(answer.waitMs, signal);
          question = answer.next;
        }
      } catch (thrown) {
        if (runs !== undefined) abandon(runs);
        throw thrown;
      }
    }
    return answers;
  }

  async function pause(ms: number, signal: AbortSignal): Promise<void> {
    await (dependencies.wait ?? waitReal)(ms, signal).catch(() => undefined);
    signal.throwIfAborted();
  }

  /** Nobody waits for it, but a client that is closed would cut it off. */
  function abandon(question: HttpQuestion): void {
    const about = { about: 'to cancel a query', signal: AbortSignal.timeout(ABANDON_MS) };
    const asking = server.ask(about, question, () => undefined).catch(() => undefined);
    const all = Promise.all([abandoning, asking]);
    abandoning = all;
  }

  function finish(
    plan: Plan,
    joined: readonly RangeSeries[],
    answers: readonly PageAnswer[],
  ): FetchedSeries {
    const all = [...(plan.remarks ?? []), ...answers.flatMap((one) => one.remarks)].map(
      ({ kind, text }): SourceRemark => ({ kind, text: server.redact(text) }),
    );
    const remarks = [...new Map(all.map((one) => [one.text, one])).values()];
    return { series: placeSeries(plan, joined), remarks };
  }

  /** What is wrong with an answer when it is placed is told as what is wrong when it is read. */
  function tellSource<T>(metric: string, work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      const text = `${subject} answered ${thrown.message} for metric "${metric}"`;
      throw new Fault('source-answer', text, { subject });
    }
  }

  function tooManyPages(metric: string): Fault {
    const text = `${subject} has more than ${MAX_PAGES} pages for metric "${metric}"; aggregate, or take a longer step`;
    return new Fault('source-limit', text, { subject });
  }
}

/** Series of points as those of a plan: their labels, their places on the grid, scale and gaps. */
export function placeSeries(
  { query, grid, place, options }: Pick<Plan, 'query' | 'grid' | 'place' | 'options'>,
  found: readonly RangeSeries[],
): Series[] {
  const attributes = { query };
  const { startAt, stepMs } = grid;
  const kept = options === undefined ? found : keepLabels(found, options);
  const series = kept.map((one): Series => {
    const placed = place(one, grid);
    const own = Array.isArray(placed) ? { startAt, stepMs, values: placed } : placed;
    const values = options === undefined ? own.values : finishValues(own.values, options);
    return { tags: one.tags, ...own, values, attributes };
  });
  // nobody had anything to count: that is 0 in each step, where the query says that nothing is 0
  if (series.length > 0 || options?.empty !== 'zero' || grid.count === 0) return series;
  return [{ tags: {}, startAt, stepMs, values: finishValues(gaps(grid), options), attributes }];
}

/** The page of a proxy or a login, of which nothing is worth repeating. */
function wordsOfPage(body: string): string | undefined {
  return /^\s*<(!doctype|html)/i.test(body) ? 'a web page' : undefined;
}
