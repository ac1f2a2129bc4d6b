import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import { createCountMixture, type CountSample } from '../../src/stats/count-mixture.ts';
import { COUNT_MODELS, type CountPreset } from '../../src/stats/noise-models.ts';
import { assertClose, readVectors } from '../support/vectors.ts';

interface Case {
  name: string;
  canary: (number | null)[];
  baseline: (number | null)[];
  canaryExposure: number[] | null;
  baselineExposure: number[] | null;
  rows: { preset: CountPreset; side: -1 | 0 | 1; d0: number; logE: Record<string, number> }[];
}
const { counts } = readVectors<{ counts: { cases: Case[] } }>('sequential');

const SIDES = { '-1': 'decrease', '0': 'either', '1': 'increase' } as const;

function samples(of: Omit<Case, 'name' | 'rows'>): CountSample[] {
  return of.canary.map((canary, i) => ({
    canary: canary ?? NaN,
    baseline: of.baseline[i] ?? NaN,
    canaryExposure: of.canaryExposure?.[i] ?? 1,
    baselineExposure: of.baselineExposure?.[i] ?? 1,
  }));
}

for (const of of counts.cases) {
  test(`counts ${of.name} agree with the reference`, () => {
    for (const { preset, side, d0, logE } of of.rows) {
      const mixture = createCountMixture({ models: COUNT_MODELS[preset], logRatio: d0 });
      samples(of).forEach((sample, i) => {
        mixture.observe(sample);
        const expected = logE[i + 1];
        if (expected === undefined) return;
        assertClose(
          mixture.logEvidence('both')[SIDES[side]],
          expected,
          1e-8,
          `${preset} at ${i + 1}`,
        );
      });
    }
  });
}

test('intervals without events, and impossible ones, say nothing', () => {
  const mixture = createCountMixture({ models: COUNT_MODELS.auto, logRatio: 0 });
  const fair = { canaryExposure: 1, baselineExposure: 1 };
  mixture.observe({ canary: 0, baseline: 0, ...fair });
  mixture.observe({ canary: -1, baseline: 3, ...fair });
  mixture.observe({ canary: Infinity, baseline: 3, ...fair });
  mixture.observe({ canary: 2, baseline: 3, canaryExposure: 0, baselineExposure: 1 });
  assert.equal(mixture.count(), 0);
  assert.deepEqual(mixture.logEvidence('both'), { either: 0, increase: 0, decrease: 0 });
});

test('the bound is never below the evidence', () => {
  const events = fc.integer({ min: 0, max: 60 });
  const samples = fc.array(fc.tuple(events, events), { maxLength: 30 });
  const sides = fc.constantFrom('either', 'increase', 'decrease');
  fc.assert(
    fc.property(samples, sides, fc.double({ min: -1, max: 1, noNaN: true }), (pairs, side, d0) => {
      const mixture = createCountMixture({ models: COUNT_MODELS.auto, logRatio: d0 });
      for (const [canary, baseline] of pairs) {
        mixture.observe({ canary, baseline, canaryExposure: 1, baselineExposure: 2 });
        assert.ok(mixture.quickBound(side) >= mixture.logEvidence('both')[side] - 1e-9);
      }
    }),
  );
});
