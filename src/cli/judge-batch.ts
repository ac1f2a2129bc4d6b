import { judgeKayentaCase } from '../judges/kayenta-case.ts';
import { answerLines } from './json-lines.ts';

/** Judges each line of a file by the judge that its config names. */
export function judgeBatch(file: string): Promise<number> {
  return answerLines(file, ({ config, thresholds, pairs }) =>
    judgeKayentaCase({ config, thresholds, pairs }),
  );
}
