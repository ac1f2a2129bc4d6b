// The promises of every adapter that asks a vendor over HTTP, held against a scripted server that answers in the
// vendor's own form. An adapter's test hands over how that form is written (see `VendorCase`).
import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fault, type FaultCode } from '../../src/errors.ts';
import type { SourceQuery } from '../../src/model/config.ts';
import type { Scope } from '../../src/model/scope.ts';
import { createOutboundClient } from '../../src/outbound/client.ts';
import type { AccountConfig } from '../../src/settings/account.ts';
import { gridOf, type Grid } from '../../src/sources/grid/grid.ts';
import type { RangeSeries } from '../../src/sources/grid/range-series.ts';
import type { CreateSource } from '../../src/sources/kinds.ts';
import type { MetricSource, SeriesRequest } from '../../src/sources/source.ts';
import {
  startStubServer,
  type StubAnswer,
  type StubHandler,
  type StubRequest,
} from '../support/stub-server.ts';
import { testMetricSource } from './metric-source.ts';
import { testVendorAccount, type VendorAccount } from './vendor-account.ts';

/** What the test of an adapter hands over. */
export interface VendorCase extends VendorAccount {
  create: CreateSource;
  /** Whole, but for name and url; its secrets are `SECRET`. */
  account: Omit<AccountConfig, 'name' | 'url'>;
  /** A native query with `${scope}` where values stand. */
  query: SourceQuery;
  /** A native query that can be told to be none without asking. */
  unusable: SourceQuery;
  /** The grid of its series; the closed one of instants unless told. */
  grid?: (scope: Scope) => Grid;
  /** The answer with these series, in the vendor's form; `request` is what was asked. */
  encode(series: readonly RangeSeries[], grid: Grid, request: StubRequest): StubAnswer;
  /** What the generated series may have; all unless told. */
  can?: {
    /** Labels besides none; `false` for vendors that tell none. */
    labels?: readonly string[] | false;
    /** Values of labels; any text unless told. */
    labelValue?: fc.Arbitrary<string>;
    infinite?: boolean;
    /** Points that are not there, or are told as null. */
    gaps?: boolean;
    /** So many points at the start of a series are always there, for vendors whose answers do not tell their step. */
    first?: number;
  };
  /** The answer in two parts: the first names the second. */
  pages?: (series: readonly RangeSeries[], grid: Grid, request: StubRequest) => StubAnswer;
  /** A refusal with these words, in the vendor's form. */
  refuse(status: number, words: string): StubAnswer;
  /** Headers of a 429 that say "in 7 seconds"; `Retry-After` unless told, none where the vendor has none. */
  hint?: Record<string, string>;
  /** Answers that are no good although their status is, or is another one than it should be. */
  troubles?: Record<
    string,
    { answer: StubAnswer; code: FaultCode; retryable?: boolean; says: RegExp }
  >;
  /** Points outside of the window that the place of its kind refuses: false for those that cut them off. */
  refusesEdges?: boolean;
}

export const SECRET = 'kv3ry-s3cret/of+this=account';

const START = Date.parse('2026-01-15T10:00:00Z');
const STEP_SECONDS = 60;
const BUCKETS = 10;

const SCOPE: Scope = {
  scope: 'v2',
  location: 'eu',
  startAt: START,
  endAt: START + BUCKETS * STEP_SECONDS * 1000,
  stepSeconds: STEP_SECONDS,
  parameters: { app: 'shop' },
};

/** Runs the promises; each in a test of its own. */
export function testVendor(name: string, part: VendorCase): void {
  const gridFor = part.grid ?? gridOf;
  const grid = gridFor(SCOPE);
  const one: RangeSeries = { tags: {}, points: pointsOn(grid, (index) => index + 1) };
  const request = requestOf(part.query);
  const good: StubHandler = (asked) => part.encode([one], grid, asked);

  const check = (promise: string, handler: StubHandler, body: (bench: Bench) => Promise<void>) => {
    test(`${name}: ${promise}`, async () => {
      const bench = await openBench(part, handler);
      try {
        await body(bench);
      } finally {
        await bench.close();
      }
    });
  };

  testMetricSource(name, async () => {
    let isEmpty = false;
    const bench = await openBench(part, (asked) => part.encode(isEmpty ? [] : [one], grid, asked));
    const fetch = bench.source.fetch.bind(bench.source);
    const source: MetricSource = {
      ...bench.source,
      fetch(asked, signal) {
        isEmpty = asked.metric === 'empty';
        return fetch(asked, signal);
      },
    };
    return {
      source,
      answered: request,
      empty: { ...request, metric: 'empty' },
      unusable: requestOf(part.unusable),
      grid: gridFor,
      close: bench.close,
    };
  });

  test(`${name}: what the vendor writes is read as it was: decode(encode(series)) = series`, async () => {
    let answer: StubHandler = good;
    const bench = await openBench(part, (asked, index) => answer(asked, index));
    try {
      const cases = fc.asyncProperty(arbitrarySeries(part, grid), async (series) => {
        answer = (asked) => part.encode(series, grid, asked);
        const fetched = await bench.fetch(request);
        assert.deepEqual(sorted(fetched.series), sorted(expected(series, grid)));
      });
      await fc.assert(cases, { numRuns: 60 });
    } finally {
      await bench.close();
    }
  });

  if (part.can?.gaps !== false) {
    const holed = { tags: {}, points: one.points.filter((_, index) => index % 3 !== 1) };
    const encode: StubHandler = (asked) => part.encode([holed], grid, asked);

    check(
      'a missing value is a gap, and 0 only where the query says so',
      encode,
      async ({ fetch }) => {
        const gaps = await fetch(request);
        assert.deepEqual(
          gaps.series[0]!.values.map((value) => Number.isNaN(value)),
          one.points.map((_, index) => index % 3 === 1),
        );
        const zeros = await fetch(requestOf({ ...part.query, empty: 'zero', scale: 2 }));
        assert.deepEqual(
          zeros.series[0]!.values,
          one.points.map(([, value], index) => (index % 3 === 1 ? 0 : value * 2)),
        );
      },
    );

    const nothing: StubHandler = (asked) => part.encode([], grid, asked);
    check(
      'nothing to count is 0 in each step where the query says so',
      nothing,
      async ({ fetch }) => {
        const { series } = await fetch(requestOf({ ...part.query, empty: 'zero' }));
        assert.deepEqual(
          series.map(({ values }) => values),
          [one.points.map(() => 0)],
        );
      },
    );
  }

  const [label] = part.can?.labels === false ? [] : (part.can?.labels ?? ['host', 'zone']);
  if (label !== undefined) {
    const two = ['a', 'b'].map((value) => ({ ...one, tags: { [label]: value } }));
    const both: StubHandler = (asked) => part.encode(two, grid, asked);
    check('labels that are not kept must not be needed', both, async ({ fetch }) => {
      const kept = await fetch(requestOf({ ...part.query, labels: [label] }));
      assert.deepEqual(new Set(kept.series.map(({ tags }) => tags[label])), new Set(['a', 'b']));
      const fault = await faultOf(fetch(requestOf({ ...part.query, labels: ['other'] })));
      assert.equal(fault.code, 'source-answer');
      assert.match(fault.message, /two series with the labels .*aggregate/);
    });

    check('more series than an account may bring are refused', both, async ({ open }) => {
      const fault = await faultOf((await open({ maxSeries: 1 })).fetch(request, signal()));
      assert.equal(fault.code, 'source-limit');
      assert.match(fault.message, /(?:has 2 series|more than 10 rows).*(?:; aggregate|; group by)/);
    });
  }

  if (part.refusesEdges !== false) {
    for (const [edge, at] of [
      ['before', grid.startAt - grid.stepMs],
      ['after', grid.startAt + grid.count * grid.stepMs],
    ] as const) {
      const stray = { tags: {}, points: [...one.points, [at, 3] as [number, number]] };
      const strayed: StubHandler = (asked) => part.encode([stray], grid, asked);
      check(`a bucket ${edge} the window is no part of it`, strayed, async ({ fetch }) => {
        const fault = await faultOf(fetch(request));
        assert.equal(fault.code, 'source-answer');
        assert.match(fault.message, /^source "x" answered a .* (window|off the steps)/);
      });
    }
  }

  if (part.pages !== undefined) {
    const pages = part.pages;
    const paged: StubHandler = (asked) => pages([one], grid, asked);
    check('an answer of two pages is read whole', paged, async ({ fetch, server }) => {
      const { series } = await fetch(request);
      assert.deepEqual(
        series.map(({ values }) => values),
        [one.points.map(([, value]) => value)],
      );
      assert.equal(server.requests.length, 2);
    });
  }

  const hint = part.hint ?? { 'retry-after': '7' };
  const busy: StubHandler = (asked, index) =>
    index === 0
      ? { ...part.refuse(429, 'slow down'), headers: { ...part.refuse(429, '').headers, ...hint } }
      : good(asked, index);
  check('a full quota is waited for as long as the vendor says', busy, async ({ fetch, waits }) => {
    assert.equal((await fetch(request)).series.length, 1);
    assert.deepEqual(waits, [Object.keys(hint).length > 0 ? 7000 : 1000]);
  });

  const flaky: StubHandler = (asked, index) =>
    index === 0 ? part.refuse(500, 'it hurts') : good(asked, index);
  check('a server that stumbles is asked again', flaky, async ({ fetch, waits }) => {
    assert.equal((await fetch(request)).series.length, 1);
    assert.equal(waits.length, 1);
  });

  const cut: StubHandler = async (asked, index) => ({
    ...(await answerOf(good, asked)),
    cut: index === 0,
  });
  check('an answer that breaks off is asked for again', cut, async ({ fetch, waits }) => {
    assert.equal((await fetch(request)).series.length, 1);
    assert.equal(waits.length, 1);
  });

  check('an answer that is too long is refused, not cut', good, async ({ open }) => {
    const source = await open({ maxAnswerBytes: 5 } as Partial<AccountConfig>);
    const fault = await faultOf(source.fetch(request, signal()));
    assert.equal(fault.code, 'source-limit');
  });

  const strange: Record<string, StubAnswer> = {
    'something that is no answer': { body: 'hello there' },
    'a login page': { body: '<!DOCTYPE html><title>Log in</title>', headers: HTML },
    'nothing at all': { body: '' },
  };
  for (const [what, answer] of Object.entries(strange)) {
    check(
      `${what} is told, not read`,
      () => answer,
      async ({ fetch, server }) => {
        const fault = await faultOf(fetch(request));
        assert.equal(fault.code, 'source-answer');
        assert.match(fault.message, /^source "x" answered /);
        assert.doesNotMatch(fault.message, /hello|Log in/);
        assert.equal(server.requests.length, 1);
      },
    );
  }

  for (const status of [401, 403]) {
    const words = `no entry with ${SECRET} here`;
    check(
      `${status} ends it with the vendor's words and what to do`,
      () => part.refuse(status, words),
      async ({ fetch, server }) => {
        const fault = await faultOf(fetch(request));
        assert.equal(fault.code, 'source-refused');
        assert.equal(fault.retryable, false);
        assert.match(
          fault.message,
          new RegExp(`^source "x" answered ${status} for metric "errors"`),
        );
        assert.match(fault.message, /no entry with .* here/);
        assert.match(fault.message, /; check /);
        assert.equal(server.requests.length, 1);
        assert.ok(!`${JSON.stringify(fault)} ${fault.message}`.includes(SECRET));
      },
    );
  }

  for (const [what, trouble] of Object.entries(part.troubles ?? {})) {
    check(
      what,
      () => trouble.answer,
      async ({ open }) => {
        const fault = await faultOf((await open({ attempts: 1 })).fetch(request, signal()));
        assert.equal(fault.code, trouble.code);
        assert.equal(fault.retryable, trouble.retryable ?? false);
        assert.match(fault.message, trouble.says);
      },
    );
  }

  check(
    'who is told to stop stops in the middle',
    () => 'never',
    async ({ source, server }) => {
      const stop = new AbortController();
      const fetching = source.fetch(request, stop.signal);
      while (server.requests.length === 0) await nextTurn();
      stop.abort(new Fault('deadline-exceeded', 'the time is up'));
      const fault = await faultOf(fetching);
      assert.equal(fault.code, 'deadline-exceeded');
      assert.match(
        fault.message,
        /the time is up.*source "x" had not answered for metric "errors"/,
      );
    },
  );

  check('what was asked is told with each series', good, async ({ source, fetch }) => {
    const { series } = await fetch(request);
    assert.equal(series[0]!.attributes['query'], source.describe(request));
    assert.ok(!source.describe(request).includes('${'));
  });

  testVendorAccount(name, part);

  check('no value of a scope fails in another way than by refusal', good, async ({ source }) => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...HOSTILE));
    const cases = fc.property(value, (scope) => {
      try {
        source.describe({ ...request, scope: { ...SCOPE, scope } });
      } catch (thrown) {
        assert.ok(thrown instanceof Fault && thrown.code === 'invalid-query', String(thrown));
      }
    });
    fc.assert(cases);
  });
}

/** Values that end a string, a word or a statement somewhere. */
export const HOSTILE = [
  `a' OR 1=1 --`,
  'a" OR "1"="1',
  '${start}',
  '$${x}',
  '}) by {host',
  '*',
  'a\\',
  "a\\' b",
  'a`b',
  'a\nb',
  '; DROP TABLE x',
  ') | x',
  '/*',
  'NOT',
  '-a',
  '',
];

const HTML = { 'content-type': 'text/html' };

interface Bench {
  source: MetricSource;
  /** Another source of the same account but for this. */
  open(more: Partial<AccountConfig>): Promise<MetricSource>;
  fetch(request: SeriesRequest): ReturnType<MetricSource['fetch']>;
  server: Awaited<ReturnType<typeof startStubServer>>;
  /** Waits between attempts, which take no time here. */
  waits: number[];
  close(): Promise<void>;
}

async function openBench(part: VendorCase, handler: StubHandler): Promise<Bench> {
  const server = await startStubServer(handler);
  const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
  const waits: number[] = [];
  const wait = async (ms: number) => void waits.push(ms);
  const open = async (more: Partial<AccountConfig>) =>
    part.create(
      { ...part.account, name: 'x', url: server.url, ...more },
      { client, now: () => START, wait },
    );
  const source = await open({});
  return {
    source,
    open,
    server,
    waits,
    fetch: (request) => source.fetch(request, signal()),
    async close() {
      await source.close?.();
      await client.close();
      await server.close();
    },
  };
}

function requestOf(query: SourceQuery): SeriesRequest {
  return { metric: 'errors', query, side: 'canary', scope: SCOPE, templates: {} };
}

function signal(): AbortSignal {
  return AbortSignal.timeout(20_000);
}

async function answerOf(handler: StubHandler, request: StubRequest): Promise<StubAnswer> {
  return (await handler(request, 0)) as StubAnswer;
}

async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  const thrown: unknown = await promise.then(
    () => assert.fail('a fault was expected'),
    (error: unknown) => error,
  );
  if (thrown instanceof Fault) return thrown;
  throw thrown;
}

function pointsOn(grid: Grid, value: (index: number) => number): RangeSeries['points'] {
  return Array.from({ length: grid.count }, (_, index) => [
    grid.startAt + index * grid.stepMs,
    value(index),
  ]);
}

/** A few series of different labels, in any order, some of their points missing. */
function arbitrarySeries({ can = {} }: VendorCase, grid: Grid): fc.Arbitrary<RangeSeries[]> {
  const { labels = ['host', 'zone'], labelValue = fc.string({ minLength: 1 }) } = can;
  const infinite = can.infinite === true ? [Infinity, -Infinity] : [];
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    fc.constantFrom(0, 1, -1, 2 ** 53, ...infinite),
  );
  const point = can.gaps === false ? number : fc.option(number, { nil: NaN, freq: 4 });
  const values = fc.array(point, { minLength: grid.count, maxLength: grid.count });
  const points = values.chain((all) =>
    fc.shuffledSubarray(
      pointsOn(grid, (index) => all[index]!).filter(([, value]) => !Number.isNaN(value)),
      { minLength: 1 },
    ),
  );
  const begun = points.map((some) => {
    const known = new Set(some.map(([at]) => at));
    const first = pointsOn(grid, () => 1).slice(0, can.first ?? 0);
    return [...some, ...first.filter(([at]) => !known.has(at))];
  });
  const whole = values.map((all) => pointsOn(grid, (index) => all[index]!));
  const tags =
    labels === false
      ? fc.constant({})
      : fc.record(Object.fromEntries(labels.map((label) => [label, labelValue])));
  const series = fc.record({ tags, points: can.gaps === false ? whole : begun });
  return fc.uniqueArray(series, {
    maxLength: labels === false ? 1 : 4,
    selector: ({ tags }) => JSON.stringify(tags),
  });
}

interface Placed {
  tags: Record<string, string>;
  startAt: number;
  stepMs: number;
  values: number[];
}

function expected(series: readonly RangeSeries[], grid: Grid): Placed[] {
  const { startAt, stepMs } = grid;
  return series.map(({ tags, points }) => {
    const known = new Map(points);
    return {
      tags,
      startAt,
      stepMs,
      values: pointsOn(grid, () => NaN).map(([at]) => known.get(at) ?? NaN),
    };
  });
}

function sorted(series: readonly Placed[]): Placed[] {
  return series
    .map(({ tags, startAt, stepMs, values }) => ({
      tags: Object.fromEntries(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1))),
      startAt,
      stepMs,
      values: values.map((value) => value + 0),
    }))
    .sort((a, b) => (JSON.stringify(a.tags) < JSON.stringify(b.tags) ? -1 : 1));
}
