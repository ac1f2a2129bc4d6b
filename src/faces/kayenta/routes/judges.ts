import type { KayentaAccounts } from '../use-cases/accounts.ts';
import type { JudgeForKayenta } from '../use-cases/judge-given.ts';
import type { JudgeEnd, KayentaJudge } from '../use-cases/judge.ts';
import { formatKayentaJudgeResult } from '../format/format-judge-result.ts';
import type { components } from '../../../openapi.d.ts';
import type { Call, Handlers } from '../../../http/operation.ts';

type Schemas = components['schemas'];

export interface KayentaJudgesDependencies {
  accounts: KayentaAccounts;
  judge: KayentaJudge;
  judgeFor: JudgeForKayenta;
  judgeNames: string[];
}

/** `/judges`: names, and judging what is stored; `/judge`: judging what is sent. */
export function createKayentaJudgeHandlers(dependencies: KayentaJudgesDependencies): Handlers {
  const { accounts, judge, judgeFor, judgeNames } = dependencies;
  const readRequest = ({ parameters }: Call) => {
    const text = (name: string) => parameters[name] as string;
    accounts.resolve('CONFIGURATION_STORE', text('configurationAccountName'));
    accounts.resolve('OBJECT_STORE', text('storageAccountName'));
    return {
      canaryConfigId: text('canaryConfigId'),
      metricSetPairListId: text('metricSetPairListId'),
      thresholds: {
        pass: parameters['passThreshold'] as number,
        marginal: parameters['marginalThreshold'] as number,
      },
    };
  };
  return {
    kayentaListJudges: async () => ({
      status: 200,
      json: judgeNames.map((name) => ({ name, visible: true })),
    }),
    async kayentaJudge(call) {
      const judgement = await judge.judge(readRequest(call), call.signal);
      return { status: 200, json: formatKayentaJudgeResult(judgement) };
    },
    async kayentaJudgeRemotely({ body, signal }) {
      const judgement = await judgeFor(body as Schemas['KayentaJudgeRequest'], signal);
      return { status: 200, json: formatKayentaJudgeResult(judgement) };
    },
    async kayentaCompareJudges(call) {
      const names = ['overrideCanaryJudge1', 'overrideCanaryJudge2'].map(
        (name) => (call.parameters[name] as string | undefined) || undefined,
      );
      const id = await judge.compare(readRequest(call), names, call.signal);
      return { status: 200, json: { canaryExecutionId: id } };
    },
    async kayentaGetJudgeComparison({ parameters }) {
      const { ends } = await judge.comparison(parameters['executionId'] as string);
      return { status: 200, json: formatComparison(ends) };
    },
  };
}

function formatComparison(ends: JudgeEnd[]) {
  const failed = ends.flatMap((end, index) => {
    if (!('failure' in end)) return [];
    const { message } = end.failure;
    const details = { error: 'Unexpected Task Failure', errors: [message], stackTrace: message };
    const exception = { operation: 'canaryJudge', details, shouldRetry: false };
    return [[`Perform Analysis with Judge ${index + 1}`, exception] as const];
  });
  if (failed.length > 0) return { exceptions: Object.fromEntries(failed) };
  const results = ends.flatMap((end, index) =>
    'judgement' in end
      ? [[`judge${index + 1}Result`, formatKayentaJudgeResult(end.judgement)] as const]
      : [],
  );
  return { comparisonResult: Object.fromEntries(results) };
}
