import type { HistoryFamily, HistorySample } from '../../../support/prometheus.ts';

/** Series for canaries: `ok` like the baseline, `bad` far above it; a point every `stepMs`. */
export function canaryHistory(fromMs: number, toMs: number, stepMs: number): HistoryFamily[] {
  const gauge = (labels: Record<string, string>, level: number): HistorySample[] => {
    const samples: HistorySample[] = [];
    for (let at = fromMs; at <= toMs; at += stepMs) {
      const wobble = Math.sin(at / 7000 + level) + Math.cos(at / 3000);
      samples.push({ suffix: '', labels, at, value: level + wobble });
    }
    return samples;
  };
  return [
    {
      name: 'latency',
      type: 'gauge',
      samples: [
        ...gauge({ app: 'base', zone: 'a' }, 50),
        ...gauge({ app: 'ok', zone: 'a' }, 50),
        ...gauge({ app: 'bad', zone: 'a' }, 90),
      ],
    },
    {
      name: 'cpu',
      type: 'gauge',
      samples: [
        ...gauge({ app: 'base', zone: 'a' }, 20),
        ...gauge({ app: 'ok', zone: 'a' }, 20),
        ...gauge({ app: 'bad', zone: 'a' }, 20),
      ],
    },
  ];
}
