import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { CountSample } from '../../src/stats/count-filter.ts';
import { learnCountPrior, withoutHistory } from '../../src/stats/count-history.ts';
import { createCountMixture } from '../../src/stats/count-mixture.ts';
import { logSumExp } from '../../src/stats/log-sum-exp.ts';
import { COUNT_MODELS } from '../../src/stats/noise-models.ts';
import type { SegmentKind } from '../../src/stats/offset-level.ts';
import { assertClose, readVectors } from '../support/vectors.ts';

interface Case {
  name: string;
  segments: { kind: SegmentKind; canary: number[]; baseline: number[] }[];
  canary: number[];
  baseline: number[];
  exposureCanary: number[] | null;
  exposureBaseline: number[] | null;
  lnE: { d0: number; side: -1 | 0 | 1; lnE: number }[];
}
const { counts } = readVectors<{ counts: Case[] }>('data-rules');
const SIDES = { '-1': 'decrease', '0': 'either', '1': 'increase' } as const;
const models = COUNT_MODELS.auto;
const options = { discount: 0.1, changedRegime: 0.1, isPruned: false };

function samplesOf(
  arms: Pick<Case, 'canary' | 'baseline'> & Partial<Case>,
): readonly CountSample[] {
  return arms.canary.map((canary, i) => ({
    canary,
    baseline: arms.baseline[i]!,
    canaryExposure: arms.exposureCanary?.[i] ?? 1,
    baselineExposure: arms.exposureBaseline?.[i] ?? 1,
  }));
}

function learn(segments: Case['segments'], isPruned = false) {
  const learned = segments.map((arms) => ({ kind: arms.kind, samples: samplesOf(arms) }));
  return learnCountPrior(models, learned, { ...options, isPruned });
}

for (const of of counts) {
  test(`counts with offset, ${of.name}: the evidence is that of the reference`, () => {
    for (const { d0, side, lnE } of of.lnE) {
      for (const [isPruned, tolerance] of [
        [false, 1e-9],
        [true, 1e-2],
      ] as const) {
        const prior = learn(of.segments, isPruned);
        const mixture = createCountMixture({ models, logRatio: d0, prior });
        for (const sample of samplesOf(of)) mixture.observe(sample);
        const evidence = mixture.logEvidence('both')[SIDES[side]];
        assertClose(evidence, lnE, tolerance * Math.max(1, Math.abs(lnE)), `${d0} ${side}`);
        assert.ok(mixture.quickBound(SIDES[side]) >= evidence - 1e-9);
      }
    }
  });
}

test('weights sum to one, and an offset of the history is expected of the run', () => {
  const shifted = Array.from({ length: 3 }, (_, run) => ({
    kind: 'run' as const,
    canary: Array.from({ length: 60 }, (__, i) => 60 + ((i * 7 + run) % 11)),
    baseline: Array.from({ length: 60 }, (__, i) => 45 + ((i * 5 + run) % 11)),
  }));
  const prior = learn(shifted);
  assertClose(logSumExp(prior.map(({ logWeight }) => logWeight)), 0, 1e-12, 'weight');
  const [largest] = prior.toSorted((a, b) => b.logWeight - a.logWeight);
  // drawn towards none
  const { offset } = largest!;
  assert.ok(offset > 0.15 && offset < Math.log(1.3), `${offset}`);
});

test('a history without events teaches nothing', () => {
  const silent = { kind: 'run' as const, canary: [0, 0, 1], baseline: [0, 0, 0] };
  assert.deepEqual(learn([silent]), withoutHistory(models));
});
