import type { Command } from './command.ts';
import { FILE_HELP, FILE_OPTIONS, hasFileOptions, readFileOptions } from './files/file-options.ts';
import { OUTPUT_HELP, OUTPUT_OPTIONS, readOutputs } from './output/publish.ts';
import { parseOptions, usageFault } from './parse-options.ts';

const OPTIONS = {
  config: { type: 'string' },
  ...FILE_OPTIONS,
  pass: { type: 'string' },
  marginal: { type: 'string' },
  ...OUTPUT_OPTIONS,
  batch: { type: 'string' },
  bundle: { type: 'string' },
  judge: { type: 'string' },
} as const;

export const judgeCommand: Command = {
  help: `Usage: canary judge --config FILE --baseline FILE --canary FILE [OPTIONS]
       canary judge --baseline FILE --canary FILE [OPTIONS]
       canary judge --bundle FILE [--judge NAME] [OPTIONS]
       canary judge --batch FILE|-

Judges offline: nothing is fetched, no server is asked.

  --config FILE     what to judge and how, JSON or YAML (.yaml, .yml); native, or as another tool
                    has it; two load tests need none
  --baseline FILE   of the baseline: a table of series (CSV, exports of dashboards, JSON), or what a load test
                    has written (JMeter, k6, Locust, vegeta, hey, Gatling, wrk); repeated for summaries of wrk
  --canary FILE     of the canary
  --pass N          least score that passes, instead of the config's
  --marginal N      least score that is marginal
${FILE_HELP}
${OUTPUT_HELP}
                            the judgement, as POST /api/v1/judgements answers it

  --bundle FILE     a run that "canary bundle export" has saved: the same verdict again, or that of another
                    --judge NAME, or of --pass and --marginal

  --batch FILE|-    JSON Lines of {"case", "config", "thresholds", "pairs"} in Kayenta's JSON, - for stdin;
                    one line out for each line in: {"case", "result"}, or {"case", "threw"}

Exit codes: 0 pass, 1 fail, 2 marginal, undecided or not enough data, 3 no verdict.
With --batch: 0 when every line was answered, else 3.
`,
  async run(args) {
    const values = parseOptions('judge', OPTIONS, args);
    const { batch, bundle, judge, config, baseline, canary, json, output, pass, marginal } = values;
    if (batch !== undefined) {
      if (Object.keys(values).length > 1) {
        throw usageFault('--batch stands alone: its lines hold everything', 'canary judge');
      }
      return (await import('./judge-batch.ts')).judgeBatch(batch);
    }
    if (bundle !== undefined) {
      if ([config, baseline, canary].some((file) => file !== undefined) || hasFileOptions(values))
        throw usageFault('--bundle brings its config and its series', 'canary judge');
      const outputs = readOutputs({ json, output }, 'canary judge');
      const { judgeBundle } = await import('./judge-bundle.ts');
      return judgeBundle({ bundle, judge, outputs, pass, marginal });
    }
    if (judge !== undefined)
      throw usageFault('--judge goes with --bundle; a config names its own', 'canary judge');
    if (baseline === undefined || canary === undefined) {
      throw usageFault('--baseline and --canary are needed', 'canary judge');
    }
    const outputs = readOutputs({ json, output }, 'canary judge');
    const { judgeFiles } = await import('./judge-files.ts');
    const files = { baseline, canary };
    return judgeFiles({ config, files, read: readFileOptions(values), outputs, pass, marginal });
  },
};
