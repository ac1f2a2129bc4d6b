import { toFault } from '../../errors.ts';
import { formatKayentaJudgeResult, type KayentaJudgeResult } from './format/format-judge-result.ts';
import { parseKayentaConfig, parseKayentaThresholds } from './format/parse-config.ts';
import { parseKayentaPairs } from './format/parse-pairs.ts';
import { createJudges } from '../../judges/registry.ts';

/** One judgement to make, all of it in Kayenta's JSON. */
export interface KayentaCase {
  config: unknown;
  thresholds: unknown;
  pairs: unknown;
}

/** Kayenta's result, or in one line why the case cannot be judged. */
export type KayentaOutcome = { result: KayentaJudgeResult } | { threw: string };

/** Judges one case by the judge of its config; never throws, so that a batch goes on. */
export function judgeKayentaCase(given: KayentaCase): KayentaOutcome {
  try {
    const config = parseKayentaConfig(given.config);
    const judgement = createJudges()
      .for(config)
      .judge({
        config,
        thresholds: parseKayentaThresholds(given.thresholds),
        pairs: parseKayentaPairs(given.pairs),
      });
    return { result: formatKayentaJudgeResult(judgement) };
  } catch (thrown) {
    const { code, message } = toFault(thrown);
    return { threw: `${code}: ${message.replaceAll(/\s+/g, ' ')}` };
  }
}
