import { withFindings } from '../../findings/with-findings.ts';
import type { JudgeInput } from '../../judges/judge.ts';
import { createJudges } from '../../judges/registry.ts';
import { replay } from '../../judges/replay.ts';
import type { Finding } from '../../model/judgement/finding.ts';
import type { Replay } from '../../model/replay.ts';

/** A replay with what its data say of themselves. */
export type ExaminedReplay = Replay & { findings: Finding[] };

/** Replays a run and examines its data as the service does: a finding that holds takes the pass away. */
export function replayExamined(input: JudgeInput, lookEvery: number): ExaminedReplay {
  const { judgement, ...replayed } = replay(input, lookEvery);
  const { reads } = createJudges().for(input.config);
  const examined = withFindings(judgement, {
    ...input,
    ...(reads === undefined ? {} : { reads }),
  });
  const { verdict, findings = [] } = examined;
  return { ...replayed, verdict, findings, judgement: examined };
}
