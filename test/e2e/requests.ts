import type { components } from '../../src/openapi.d.ts';

type Schemas = components['schemas'];
export type AnalysisView = Schemas['Analysis'];
export type Verdict = Schemas['Verdict'];

const METRICS = ['error ratio', 'latency', 'saturation'];
const BASELINE = Array.from({ length: 400 }, (_, index) => 0.01 + (index % 7) * 0.001);

/** Series with a known verdict. */
const CANARIES: Record<'pass' | 'fail' | 'nodata', (number | null)[]> = {
  pass: BASELINE.toReversed(),
  fail: BASELINE.map((value) => value * 3),
  nodata: BASELINE.map(() => null),
};
export type KnownVerdict = keyof typeof CANARIES;

/** An analysis whose data come with the request and whose verdict is known before. */
export function inlineRequest(verdict: KnownVerdict, more: object = {}) {
  return {
    config: {
      name: 'checkout',
      judge: 'NetflixACAJudge-v1.0', // cheap, and content with seconds
      metrics: METRICS.map((name) => ({
        name,
        query: { source: 'inline' },
        direction: 'increase',
      })),
    },
    baseline: { scope: 'v41' },
    canary: { scope: 'v42' },
    pairs: METRICS.map((metric) => ({ metric, baseline: BASELINE, canary: CANARIES[verdict] })),
    ...more,
  };
}

/** So many looks, one a second. */
export function secondsWindow(looks: number, more: object = {}) {
  return { duration: `${looks}s`, interval: '1s', step: '1s', ...more };
}
