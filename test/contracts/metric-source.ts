import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../src/errors.ts';
import type { Scope } from '../../src/model/scope.ts';
import { gridOf, type Grid } from '../../src/sources/grid/grid.ts';
import type { MetricSource, SeriesRequest } from '../../src/sources/source.ts';

/** What a kind of source must bring so that the promises of the port can be checked on it. */
export interface MetricSourceCase {
  source: MetricSource;
  /** A question that has values at most instants of its window, in at least one series. */
  answered: SeriesRequest;
  /** A question that nothing matches. */
  empty: SeriesRequest;
  /** A question that the source can tell is none. */
  unusable: SeriesRequest;
  /** The grid of its series; the closed one of instants unless told. */
  grid?: (scope: Scope) => Grid;
}

/** Runs the promises of `MetricSource` that every source keeps; `open` prepares one inside a test. */
export function testMetricSource(
  name: string,
  open: () => Promise<MetricSourceCase & { close(): Promise<void> }>,
  skip: string | false = false,
): void {
  const check = (promise: string, body: (part: MetricSourceCase) => Promise<void>): void => {
    test(`${name}: ${promise}`, { skip }, async () => {
      const part = await open();
      try {
        await body(part);
      } finally {
        await part.close();
      }
    });
  };

  check('series lie on the grid of the window, with gaps as NaN', async (part) => {
    const { series } = await fetchSeries(part, part.answered);
    assert.ok(series.length > 0, 'series were expected');
    const grid = (part.grid ?? gridOf)(part.answered.scope);
    for (const one of series) {
      assert.equal(one.startAt, grid.startAt);
      assert.equal(one.stepMs, grid.stepMs);
      assert.equal(one.values.length, grid.count);
      assert.ok(one.values.every((value) => typeof value === 'number'));
      assert.ok(
        one.values.filter((value) => Number.isFinite(value)).length * 2 > one.values.length,
      );
    }
  });

  check('series of one answer differ in their tags', async (part) => {
    const { series } = await fetchSeries(part, part.answered);
    assert.equal(new Set(series.map(({ tags }) => JSON.stringify(tags))).size, series.length);
  });

  check('the same question has the same answer', async (part) => {
    const first = await fetchSeries(part, part.answered);
    assert.deepEqual(await fetchSeries(part, part.answered), first);
  });

  check('nothing that matches is an empty answer, not a fault', async (part) => {
    assert.deepEqual((await fetchSeries(part, part.empty)).series, []);
  });

  check('the query is described without asking', async (part) => {
    const described = part.source.describe(part.answered);
    assert.equal(typeof described, 'string');
    assert.notEqual(described, '');
  });

  check('an unusable query is an invalid-query fault from describe and fetch', async (part) => {
    assert.throws(() => part.source.describe(part.unusable), isInvalid);
    await assert.rejects(fetchSeries(part, part.unusable), isInvalid);
  });

  check('a signal that says stop is obeyed', async (part) => {
    const reason = new Fault('deadline-exceeded', 'the time is up');
    await assert.rejects(
      part.source.fetch(part.answered, AbortSignal.abort(reason)),
      (error) => error === reason,
    );
  });
}

function fetchSeries(part: MetricSourceCase, request: SeriesRequest) {
  return part.source.fetch(request, AbortSignal.timeout(10_000));
}

function isInvalid(error: unknown): boolean {
  return error instanceof Fault && error.code === 'invalid-query' && !error.retryable;
}
