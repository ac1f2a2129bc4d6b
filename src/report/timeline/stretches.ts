import type { Execution } from '../../model/analysis.ts';
import type { Judgement, MetricJudgement } from '../../model/judgement/judgement.ts';
import type { MetricRow } from '../metric/metric-row.ts';
import { metricSign, signOf, type Sign } from '../vocabulary.ts';

/** A time in which one thing was known; looks that say the same are one stretch. */
export interface Stretch {
  from: number;
  to: number;
  sign: Sign;
  /** Numbers of its first and last look. */
  looks: [first: number, last: number];
  /** Scores of the same. */
  scores: [first: number | undefined, last: number | undefined];
}

/** Each look stands for the time from the end of the one before to its own. */
export function verdictStretches(executions: readonly Execution[]): Stretch[] {
  return merge(
    executions.map((execution, i) => ({
      ...timeOf(executions, i),
      sign: signOf(execution),
      scores: [execution.score, execution.score],
    })),
  );
}

const OPEN: Sign = { glyph: '·', word: 'Open', tone: 'neutral' };
const RULED_OUT: Sign = { glyph: '✔', word: 'Ruled out', tone: 'pass' };

/**
 * What was known of one metric over the looks: by the judgements of the looks where they are kept, else by what the last
 * one tells of its past. `undefined` where neither tells anything.
 */
export function metricStretches(
  row: MetricRow,
  executions: readonly Execution[],
  looks: ReadonlyMap<string, Judgement>,
): Stretch[] {
  const judged = executions.flatMap((execution, i) => {
    const found = looks.get(execution.id)?.metrics.find((metric) => isSame(metric, row.metric));
    if (found === undefined) return [];
    return [
      { ...timeOf(executions, i), sign: metricSign(found, row.direction), scores: NO_SCORES },
    ];
  });
  return judged.length > 1 ? merge(judged) : stretchesOfPath(row, executions);
}

const NO_SCORES: Stretch['scores'] = [undefined, undefined];

function isSame(one: MetricJudgement, other: MetricJudgement): boolean {
  return one.metric === other.metric && JSON.stringify(one.tags) === JSON.stringify(other.tags);
}

function stretchesOfPath(
  { metric, pair, direction }: MetricRow,
  executions: readonly Execution[],
): Stretch[] {
  const { sequential } = metric;
  if (pair === undefined || sequential?.path === undefined) return [];
  const { startAt, stepMs } = pair.canary;
  const endOf = (samples: number) => startAt + (sequential.path!.first + samples) * stepMs;
  const now = metricSign(metric, direction);
  const { decidedAt, confirmed, confirmedAt } = sequential;
  const turn = decidedAt ?? (confirmed ? confirmedAt : null);
  const turnAt = turn === null || !Number.isFinite(turn) ? Infinity : endOf(turn);
  const judged = executions.filter(({ state }) => state === 'completed');
  return merge(
    judged.map((execution, i) => {
      const isLast = i === judged.length - 1;
      const after = decidedAt === null ? RULED_OUT : now;
      const sign = execution.endAt >= turnAt ? after : OPEN;
      return {
        ...timeOf(judged, i),
        sign: isLast && sign === OPEN ? now : sign,
        scores: NO_SCORES,
      };
    }),
  );
}

function timeOf(
  executions: readonly Execution[],
  i: number,
): Pick<Stretch, 'from' | 'to' | 'looks'> {
  const { index, startAt, endAt } = executions[i]!;
  return { from: executions[i - 1]?.endAt ?? startAt, to: endAt, looks: [index, index] };
}

function merge(parts: Stretch[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const part of parts) {
    const last = stretches.at(-1);
    if (last?.sign.word !== part.sign.word) {
      stretches.push({ ...part });
      continue;
    }
    last.to = part.to;
    last.looks = [last.looks[0], part.looks[1]];
    last.scores = [last.scores[0], part.scores[1]];
  }
  return stretches;
}
