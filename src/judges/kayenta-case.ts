import { toFault } from '../errors.ts';
import {
  formatKayentaJudgeResult,
  type KayentaJudgeResult,
} from '../model/kayenta-format/format-judge-result.ts';
import {
  parseKayentaConfig,
  parseKayentaThresholds,
} from '../model/kayenta-format/parse-config.ts';
import { parseKayentaPairs } from '../model/kayenta-format/parse-pairs.ts';
import { createNetflixJudge } from './netflix/judge.ts';

/** One judgement to make, all of it in Kayenta's JSON. */
export interface KayentaCase {
  config: unknown;
  thresholds: unknown;
  pairs: unknown;
}

/** Kayenta's result, or in one line why the case cannot be judged. */
export type KayentaOutcome = { result: KayentaJudgeResult } | { threw: string };

/** Judges one case as Kayenta would; never throws, so that a batch goes on. */
export function judgeKayentaCase(given: KayentaCase): KayentaOutcome {
  try {
    const judgement = createNetflixJudge().judge({
      config: parseKayentaConfig(given.config),
      thresholds: parseKayentaThresholds(given.thresholds),
      pairs: parseKayentaPairs(given.pairs),
    });
    return { result: formatKayentaJudgeResult(judgement) };
  } catch (thrown) {
    const { code, message } = toFault(thrown);
    return { threw: `${code}: ${message.replaceAll(/\s+/g, ' ')}` };
  }
}
