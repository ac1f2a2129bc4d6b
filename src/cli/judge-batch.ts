import { judgeKayentaCase } from '../faces/kayenta/judge-case.ts';
import { answerLines } from './files/json-lines.ts';

/** Judges each line of a file by the judge that its config names. */
export function judgeBatch(file: string): Promise<number> {
  return answerLines(file, ({ config, thresholds, pairs }) =>
    judgeKayentaCase({ config, thresholds, pairs }),
  );
}
