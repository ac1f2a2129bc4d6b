import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { createPairSelector, measureHold, selectPairs } from '../../src/stats/held-samples.ts';
import { fromNulls, readVectors } from '../support/vectors.ts';

type Values = (number | null)[];
interface Held {
  name: string;
  canary: Values;
  baseline: Values;
  historyCanary: Values[] | null;
  historyBaseline: Values[] | null;
  holdCanary: number | null;
  holdBaseline: number | null;
  accepted: number[];
}
const { held } = readVectors<{ held: Held[] }>('data-rules');

for (const of of held) {
  test(`held samples, ${of.name}: holds and observations are those of the reference`, () => {
    const [canary, baseline] = [fromNulls(of.canary), fromNulls(of.baseline)];
    const holds = {
      canary: measureHold([...(of.historyCanary ?? []).map(fromNulls), canary]),
      baseline: measureHold([...(of.historyBaseline ?? []).map(fromNulls), baseline]),
    };
    assert.deepEqual(
      [holds.canary, holds.baseline],
      [of.holdCanary ?? undefined, of.holdBaseline ?? undefined],
    );
    const selected = selectPairs({ canary, baseline }, holds);
    assert.deepEqual(
      selected.flatMap((isObservation, i) => (isObservation ? [i] : [])),
      of.accepted,
    );
  });
}

/** A side that shows a new value every so many steps, never an old one again. */
function hold(period: number, phase: number, length: number): number[] {
  return Array.from({ length }, (_, i) => 1 + Math.floor((i + phase) / period));
}

const side = fc.record({ period: fc.integer({ min: 1, max: 10 }), phase: fc.nat(9) });

test('selecting from what was selected selects the same, whatever the periods and phases', () => {
  fc.assert(
    fc.property(
      side,
      side,
      fc.array(fc.boolean(), { minLength: 90, maxLength: 90 }),
      (a, b, gaps) => {
        const canary = hold(a.period, a.phase, 90).map((value, i) => (gaps[i]! ? value : NaN));
        const baseline = hold(b.period, b.phase, 90);
        const holds = { canary: measureHold([canary]), baseline: measureHold([baseline]) };
        const once = selectPairs({ canary, baseline }, holds);
        const keep = (values: number[]) => values.map((value, i) => (once[i]! ? value : NaN));
        const thinned = { canary: keep(canary), baseline: keep(baseline) };
        assert.deepEqual(selectPairs(thinned, holds), once);
      },
    ),
  );
});

test('an observation for every period of the slower side, at any phase', () => {
  fc.assert(
    fc.property(side, side, (a, b) => {
      const [canary, baseline] = [hold(a.period, a.phase, 400), hold(b.period, b.phase, 400)];
      const holds = { canary: measureHold([canary]), baseline: measureHold([baseline]) };
      const count = selectPairs({ canary, baseline }, holds).filter(Boolean).length;
      const [slow, fast] = [Math.max(a.period, b.period), Math.min(a.period, b.period)];
      // before the slower side has moved for the first time it need not
      const most = slow + 400 / slow + 1;
      assert.ok(count <= most && count >= 400 / (slow + fast) - 1, `${count}`);
    }),
  );
});

test('a selector that sees one step after the other, with gaps of either side, needs a first pair', () => {
  const selector = createPairSelector({ canary: undefined, baseline: undefined });
  const steps: [number, number, boolean][] = [
    [NaN, 1, false],
    [5, 1, true],
    [6, 1, true], // a baseline that has never moved need not
    [6, 2, false],
    [7, NaN, false],
    [7, 2, true],
    [8, 2, false], // from now on it must
  ];
  for (const [canary, baseline, expected] of steps) {
    assert.equal(selector.observe(canary, baseline), expected);
  }
});

test('zeros that stay and single events leave a side without hold', () => {
  const events = Array.from({ length: 60 }, (_, i) => (i % 7 === 0 ? 1 : 0));
  assert.equal(measureHold([events]), 1);
  assert.equal(measureHold([[1, 1, 1, 2, 2, 2]]), undefined);
});
