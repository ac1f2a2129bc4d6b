import { Fault } from '../errors.ts';
import type { CanaryConfig } from '../model/config.ts';
import type { AnyJudge, Judge, JudgeFactory } from './judge.ts';
import {
  createMannWhitneyJudge,
  MANN_WHITNEY_JUDGE,
  readOptions as readMannWhitneyOptions,
} from './mann-whitney/judge.ts';
import { createNetflixJudge, NETFLIX_JUDGE } from './netflix/judge.ts';
import { readStrictness } from './netflix/strictness.ts';
import { createSequentialJudge, SEQUENTIAL_JUDGE } from './sequential/judge.ts';
import { readOptions } from './sequential/options.ts';
import { createThresholdJudge, THRESHOLD_JUDGE } from './threshold/judge.ts';

/** Every judge of this service, in the order in which they are listed. */
export const ALL_JUDGES: readonly JudgeFactory[] = [
  { name: NETFLIX_JUDGE, create: (options) => createNetflixJudge(readStrictness(options)) },
  {
    name: MANN_WHITNEY_JUDGE,
    create: (options) => createMannWhitneyJudge(readMannWhitneyOptions(options)),
  },
  { name: SEQUENTIAL_JUDGE, create: (options) => createSequentialJudge(readOptions(options)) },
  { name: THRESHOLD_JUDGE, create: () => createThresholdJudge() },
];

export interface Judges<Kind extends AnyJudge = Judge> {
  /** The judge that a config names, with its options. Throws `unknown-judge` with the known names. */
  for(config: Pick<CanaryConfig, 'judge' | 'judgeOptions'>): Kind;
  names(): string[];
}

/** Judges of this service and elsewhere. */
export type AnyJudges = Judges<AnyJudge>;

/** Those of this service, unless told otherwise. */
export function createJudges(): Judges;
export function createJudges(factories: readonly JudgeFactory<AnyJudge>[]): AnyJudges;
export function createJudges(factories: readonly JudgeFactory<AnyJudge>[] = ALL_JUDGES): AnyJudges {
  const byName = new Map(factories.map((factory) => [factory.name, factory]));
  return {
    for({ judge: name, judgeOptions }) {
      const factory = byName.get(name);
      if (factory !== undefined) return factory.create(judgeOptions);
      const known = [...byName.keys()].join(', ');
      throw new Fault('unknown-judge', `there is no judge "${name}": use one of ${known}`, {
        subject: `judge "${name}"`,
      });
    },
    names: () => [...byName.keys()],
  };
}
