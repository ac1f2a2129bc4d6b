import { REMOTE_JUDGE } from '../remote-judge/name.ts';
import { NETFLIX_JUDGE } from '../../../judges/netflix/judge.ts';
import type { Judging } from '../../../analysis/judging/judging.ts';
import type { AnyJudges } from '../../../judges/registry.ts';
import type { CanaryConfig } from '../../../model/config.ts';
import type { Judgement } from '../../../model/judgement/judgement.ts';
import { refused } from '../format/check-start.ts';
import { parseKayentaConfig, parseKayentaThresholds } from '../format/parse-config.ts';
import { parseKayentaPairs } from '../format/parse-pairs.ts';
import type { components } from '../../../openapi.d.ts';
import { judgeNamed } from './judge.ts';

type Request = components['schemas']['KayentaJudgeRequest'];

export type JudgeForKayenta = (request: Request, signal: AbortSignal) => Promise<Judgement>;

/**
 * Judges what another service sends, to which this one is the remote judge: the config then names the remote
 * judge, so the judge to use stands in its `judgeConfigurations.judge`.
 */
export function createJudgeForKayenta(judges: AnyJudges, judging: Judging): JudgeForKayenta {
  return async ({ canaryConfig, scoreThresholds, metricSetPairList }, signal) => {
    const parsed = parseKayentaConfig(canaryConfig);
    const config = { ...parsed, judge: localJudge(parsed) };
    const thresholds = parseKayentaThresholds(scoreThresholds);
    const pairs = parseKayentaPairs(metricSetPairList);
    return judging.input(judgeNamed(judges, config), { config, thresholds, pairs }, signal);
  };
}

function localJudge(config: CanaryConfig): string {
  if (config.judge !== REMOTE_JUDGE) return config.judge;
  const { judge = NETFLIX_JUDGE } = config.judgeOptions;
  if (typeof judge === 'string' && judge !== REMOTE_JUDGE) return judge;
  throw refused('judgeConfigurations.judge must name a judge of this service, not a remote one.');
}
