import type { PackLabels } from './pack-labels.ts';

/** One series of a pack's metric, by the labels that matter, over the past day. */
export interface SeenSeries {
  tags: Record<string, string>;
  /** Epoch milliseconds. */
  firstSeenAt: number;
  lastSeenAt: number;
}

/** What may stand for a side. */
export interface Candidate {
  scope: string;
  parameters: Record<string, string>;
  firstSeenAt: number;
  lastSeenAt: number;
  /** Where the scope was read from a longer name: `short` is a Deployment, `long` a ReplicaSet. */
  reading: 'whole' | 'short' | 'long';
}

/** Every scope with its parameters that these series can be asked by, oldest first. */
export function candidatesOf(series: readonly SeenSeries[], labels: PackLabels): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const one of series) {
    for (const candidate of readSeries(one, labels)) {
      const key = JSON.stringify([candidate.reading, candidate.scope, candidate.parameters]);
      const known = found.get(key);
      found.set(key, {
        ...candidate,
        firstSeenAt: Math.min(candidate.firstSeenAt, known?.firstSeenAt ?? Infinity),
        lastSeenAt: Math.max(candidate.lastSeenAt, known?.lastSeenAt ?? -Infinity),
      });
    }
  }
  return [...found.values()].sort((a, b) => a.firstSeenAt - b.firstSeenAt);
}

function readSeries(
  { tags, firstSeenAt, lastSeenAt }: SeenSeries,
  { variable }: PackLabels,
): Candidate[] {
  const most = Math.max(...variable.map(({ reads }) => reads.length));
  const readings = most === 1 ? (['whole'] as const) : (['short', 'long'] as const);
  return readings.flatMap((reading, turn) => {
    const values: Record<string, string> = {};
    for (const { label, reads } of variable) {
      const read = reads[Math.min(turn, reads.length - 1)]!;
      const match = read.exec(tags[label] ?? '');
      if (match === null) return [];
      Object.assign(values, match.groups);
    }
    const { scope = '', ...parameters } = values;
    return scope === '' ? [] : [{ scope, parameters, firstSeenAt, lastSeenAt, reading }];
  });
}
