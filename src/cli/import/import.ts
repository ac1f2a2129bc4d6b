import type { Command } from '../command.ts';
import { usageFault } from '../parse-options.ts';
import { DEFAULT_SERVER } from '../server/server-options.ts';

type Import = (args: string[]) => Promise<number>;

const IMPORTS: Record<string, () => Promise<Import>> = {
  slo: async () => (await import('./import-slo.ts')).importSlo,
  kayenta: async () => (await import('./copy-service.ts')).importKayenta,
};

export const importCommand: Command = {
  help: `Usage: canary import slo FILE
       canary import kayenta DIR|URL [--server URL] [--token-file FILE] [--source-token-file FILE] [--overwrite]

slo prints the config that takes the place of a file of another tool; what could not be kept is told on stderr.

  FILE                 a Keptn slo.yaml (.yaml, .yml, .json), as a config of ThresholdJudge-v1.0

kayenta copies canary configs, results and their series into a running service. Ids are kept, so that pipelines
and links go on working. What is already there is left alone: run it as often as you like.

  DIR                  a folder as Kayenta's object stores have it: DIR/canary_config/ID/NAME.json, and so on for
                       canary_archive, standalone_canary_archive, metric_pairs, metrics
  URL                  a running Kayenta; it lists no standalone analyses, so those come only from a folder
  --server URL         where to copy to; default CANARY_URL, else ${DEFAULT_SERVER}
  --token-file FILE    bearer token of that server; CANARY_TOKEN otherwise
  --source-token-file FILE  bearer token of the Kayenta at URL
  --overwrite          replace what is already there

Exit codes: 0 done, 3 the file cannot be imported, or something could not be copied.
`,
  async run([kind = '', ...args]) {
    const load = Object.hasOwn(IMPORTS, kind) ? IMPORTS[kind] : undefined;
    if (load === undefined) throw usageFault('"slo" or "kayenta" is needed', 'canary import');
    return (await load())(args);
  },
};
