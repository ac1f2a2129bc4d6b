import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** Two metrics with weights, so that one worse metric leaves 60 of 100. */
export const CONFIG = {
  name: 'checkout',
  metrics: [
    { name: 'errors', group: 'errors', query: { source: 'inline' }, direction: 'increase' },
    {
      name: 'latency',
      group: 'latency',
      unit: 'ms',
      query: { source: 'inline' },
      direction: 'increase',
      tolerance: { increase: 1.1 },
    },
  ],
  groups: { errors: 60, latency: 40 },
  thresholds: { pass: 90, marginal: 70 },
};

export const KAYENTA_CONFIG = {
  name: 'kayenta',
  judge: { name: 'NetflixACAJudge-v1.0' },
  metrics: [
    {
      name: 'latency',
      groups: ['all'],
      query: { type: 'prometheus', metricName: 'latency' },
      analysisConfigurations: { canary: { direction: 'increase' } },
    },
  ],
  classifier: { groupWeights: { all: 100 }, scoreThresholds: { pass: 95, marginal: 75 } },
};

/** Thirty minutes of a quiet metric, equal on every run. */
export function quietValues(mean: number, phase = 0): number[] {
  return Array.from(
    { length: 30 },
    (_, minute) => mean * (1 + 0.05 * Math.sin(minute * 1.7 + phase)),
  );
}

/** A directory with a config and series: `baseline.csv` against `same.csv`, `worse.csv` and `empty.csv`. */
export function writeExample(): {
  path: string;
  write(file: string, content: unknown): string;
  judgeArgs(canary: string, config?: string): string[];
} & Disposable {
  const directory = temporaryDirectory();
  const write = (file: string, content: unknown) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(join(directory.path, file), text);
    return file;
  };
  write('config.json', CONFIG);
  write('baseline.csv', wideCsv({ errors: quietValues(0.01), latency: quietValues(400) }));
  write('same.csv', wideCsv({ errors: quietValues(0.01, 1), latency: quietValues(400, 1) }));
  write('worse.csv', wideCsv({ errors: quietValues(0.01, 1), latency: quietValues(533, 1) }));
  write('empty.csv', 'time,errors,latency\n2026-01-15T10:00:00Z,,\n');
  return {
    path: directory.path,
    write,
    judgeArgs: (canary, config = 'config.json') => [
      'judge',
      '--config',
      config,
      '--baseline',
      'baseline.csv',
      '--canary',
      canary,
    ],
    [Symbol.dispose]: () => directory[Symbol.dispose](),
  };
}

export function wideCsv(columns: Record<string, number[]>): string {
  const names = Object.keys(columns);
  const count = Math.max(...names.map((name) => columns[name]!.length));
  const rows = Array.from({ length: count }, (_, minute) => {
    const time = new Date(Date.UTC(2026, 0, 15, 10, minute)).toISOString();
    return [time, ...names.map((name) => columns[name]![minute])].join(',');
  });
  return `${[['time', ...names].join(','), ...rows].join('\n')}\n`;
}
