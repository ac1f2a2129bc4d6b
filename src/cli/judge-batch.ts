import { formatOfCases } from './foreign.ts';
import { answerLines } from './files/json-lines.ts';

/** Judges each line of a file by the judge that its config names. */
export function judgeBatch(file: string): Promise<number> {
  return answerLines(file, ({ config, thresholds, pairs }) =>
    formatOfCases().judgeCase({ config, thresholds, pairs }),
  );
}
