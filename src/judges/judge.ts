import type { CanaryConfig, Thresholds } from '../model/config.ts';
import type { Judgement } from '../model/judgement.ts';
import type { Pair } from '../model/series.ts';

export interface JudgeInput {
  config: CanaryConfig;
  thresholds: Thresholds;
  pairs: Pair[];
}

/** A pure decision maker: same input, same judgement; inputs are never changed; it never waits. */
export interface Judge {
  name: string;
  /** Throws a Fault only for a config it cannot work with, never for data. */
  judge(input: JudgeInput): Judgement;
}
