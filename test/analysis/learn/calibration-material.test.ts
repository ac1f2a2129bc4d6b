import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gatherMaterial } from '../../../src/analysis/learn/calibration-material.ts';
import type { HealthyAnalysis } from '../../../src/analysis/run/judge-input.ts';
import { Fault } from '../../../src/errors.ts';
import { createCanaryConfig, createMetricConfig, createPair } from '../../support/metric-config.ts';

const names = (count: number) => Array.from({ length: count }, (_, k) => `metric ${k}`);
const configOf = (metrics: number) =>
  createCanaryConfig(names(metrics).map((name) => createMetricConfig({ name })));

function history(analyses: number, metrics: number, samples: number): HealthyAnalysis[] {
  const values = Array.from({ length: samples }, (_, i) => i);
  return Array.from({ length: analyses }, (_, a) => ({
    analysisId: `analysis ${a}`,
    result: { pairs: names(metrics).map((name) => createPair(name, values, values)) },
  }));
}

test('a short history of one metric is compared in full', () => {
  const material = gatherMaterial(history(6, 1, 60), configOf(1), { limit: 100, lookEvery: 5 });
  const { pairing, chosen, all, samples, lookEvery, independent } = material;
  assert.deepEqual([pairing, chosen.length, all.length], ['windows', 15, 15]);
  assert.deepEqual([samples, lookEvery, independent], [60, 5, 3]);
});

test('whatever the history, the work is bounded', () => {
  for (const [metrics, samples] of [
    [1, 10_000],
    [12, 240],
    [100, 480],
    [500, 1440],
  ] as const) {
    const material = gatherMaterial(history(8, metrics, samples), configOf(metrics), {
      limit: 500,
      lookEvery: 1,
    });
    const looks = Math.ceil(material.samples / material.lookEvery);
    const work = material.chosen.length * metrics * material.samples * looks;
    assert.ok(work <= 420_000, `${metrics} metrics, ${samples} samples: ${work}`);
    assert.ok(material.samples <= 480 && material.chosen.length >= 4);
  }
});

test('three healthy analyses are too few, and the fault counts them', () => {
  assert.throws(
    () => gatherMaterial(history(3, 1, 60), configOf(1), { limit: 100, lookEvery: 5 }),
    (fault) =>
      fault instanceof Fault &&
      fault.code === 'not-enough-history' &&
      /3 healthy analyses, 3 of them .* at least 4/.test(fault.message),
  );
});
