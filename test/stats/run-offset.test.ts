import assert from 'node:assert/strict';
import { test } from 'node:test';

import { filterSegment, learnPrior, type HistoryOptions } from '../../src/stats/ar-history.ts';
import { createArMixture } from '../../src/stats/ar-mixture.ts';
import type { SegmentKind } from '../../src/stats/offset-level.ts';
import { logSumExp } from '../../src/stats/log-sum-exp.ts';
import { AR_MODELS, type ArPreset } from '../../src/stats/noise-models.ts';
import { assertClose, fromNulls, readVectors } from '../support/vectors.ts';

type Side = -1 | 0 | 1;
const SIDES = { '-1': 'decrease', '0': 'either', '1': 'increase' } as const;

interface Component {
  k: number;
  lw: number;
  n0: number;
  Y0: number;
  M: number;
  v: number;
  q: number;
}
const vectors = readVectors<{
  offsetMixture: {
    name: string;
    preset: ArPreset;
    segments: { kind: SegmentKind; d: (number | null)[] }[];
    run: (number | null)[];
    options: { instances?: number[]; season_var?: number };
    components: number;
    firstComponents: Component[];
    lnE: { n: number; values: { d0: number; side: Side; lnE: number }[] }[];
  }[];
  linear: {
    history: (number | null)[][];
    scale: number;
    canary: number[];
    baseline: number[];
    lnE: { theta: number; side: Side; lnE: number }[];
  };
}>('run-offset');

for (const { name, preset, segments, run, options, ...expected } of vectors.offsetMixture) {
  test(`evidence beyond an offset, ${name}, agrees with the reference`, () => {
    const prior = learn(preset, segments, {
      ...(options.instances === undefined ? {} : { instanceLogWeights: options.instances }),
      ...(options.season_var === undefined ? {} : { seasonVariance: options.season_var }),
    });
    assert.equal(prior.length, expected.components);
    assertClose(logSumExp(prior.map(({ logWeight }) => logWeight)), 0, 1e-9, 'weights');
    expected.firstComponents.forEach((component, i) => {
      const own = prior[i]!;
      const pairs: [number, number][] = [
        [own.model, component.k],
        [own.logWeight, component.lw],
        [own.samples, component.n0],
        [own.squares, component.Y0],
        [own.offset, component.M],
        [own.offsetVariance, component.v],
        [own.offsetSpread, component.q],
      ];
      for (const [actual, wanted] of pairs) assertNear(actual, wanted, `component ${i}`);
    });
    const mixture = createArMixture({ models: AR_MODELS[preset], prior });
    let seen = 0;
    for (const { n, values } of expected.lnE) {
      for (; seen < n; seen++) mixture.observe(run[seen] ?? NaN, 0);
      for (const { d0, side, lnE } of values) {
        const evidence = mixture.logEvidence({ theta: 0, delta: d0 }, SIDES[side]);
        assertNear(evidence, lnE, `at ${n} against ${d0}, side ${side}`);
      }
    }
  });
}

test('evidence on the linear scale with an offset agrees with the reference', () => {
  const { history, scale, canary, baseline, lnE } = vectors.linear;
  const segments = history.map((d) => ({ kind: 'run' as const, d }));
  const prior = learn('robust', segments, { scale });
  const mixture = createArMixture({ models: AR_MODELS.robust, prior });
  canary.forEach((value, i) => mixture.observe(value, baseline[i]!));
  for (const { theta, side, lnE: expected } of lnE) {
    const evidence = mixture.logEvidence({ theta, delta: 0 }, SIDES[side]);
    assertNear(evidence, expected, `theta ${theta}, side ${side}`);
  }
});

test('dropping components of no weight changes the evidence little', () => {
  for (const { preset, segments, run } of vectors.offsetMixture) {
    const all = createArMixture({ models: AR_MODELS[preset], prior: learn(preset, segments) });
    const kept = createArMixture({
      models: AR_MODELS[preset],
      prior: learn(preset, segments, { isPruned: true }),
    });
    for (const value of fromNulls(run)) {
      for (const mixture of [all, kept]) mixture.observe(value, 0);
    }
    for (const side of ['increase', 'decrease'] as const) {
      const against = { theta: 0, delta: 0 };
      const difference = all.logEvidence(against, side) - kept.logEvidence(against, side);
      assertClose(difference, 0, 0.4, side);
    }
  }
});

function learn(
  preset: ArPreset,
  segments: { kind: SegmentKind; d: (number | null)[] }[],
  options: Partial<HistoryOptions> = {},
) {
  const models = AR_MODELS[preset];
  const filtered = segments.map(({ kind, d }) => filterSegment(models, kind, fromNulls(d)));
  return learnPrior(models, filtered, { isPruned: false, ...options });
}

/** The tolerance of the vectors. */
function assertNear(actual: number, expected: number, label: string): void {
  assertClose(actual, expected, 1e-9 * Math.max(1, Math.abs(expected)), label);
}
