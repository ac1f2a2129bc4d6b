import type { Command } from './command.ts';
import { SETTINGS_FILES } from './foreign.ts';
import { parseOptions } from './parse-options.ts';

const OPTIONS: Record<string, { type: 'string'; multiple: false }> = {
  config: { type: 'string', multiple: false },
  ...Object.fromEntries(
    SETTINGS_FILES.map(({ option }) => [option, { type: 'string', multiple: false }]),
  ),
};
const usages = SETTINGS_FILES.map(({ option }) => ` [--${option} FILE]`).join('');
const helps = SETTINGS_FILES.map(
  ({ option, help }) => `  ${`--${option} FILE`.padEnd(21)}${help}\n`,
);

export const serveCommand: Command = {
  help: `Usage: canary serve [--config FILE]${usages}

Runs the service until SIGTERM or SIGINT. FILE is YAML over config/default.yaml; environment variables
CANARY_... come last.

  --config FILE        settings (or CANARY_CONFIG=FILE)
${helps.join('')}
Exit codes: 0 after a stop, 78 when the configuration must change before another start can succeed,
1 when the service could not start, 3 for wrong usage.
`,
  crashesAsNode: true,
  async run(args) {
    const values = parseOptions('serve', OPTIONS, args);
    const { config } = values;
    const foreign = SETTINGS_FILES.flatMap(({ option, read }) => {
      const path = values[option];
      return path === undefined ? [] : [{ path, read }];
    })[0];
    const { serve } = await import('../main.ts');
    return serve({
      ...(config === undefined ? {} : { configFile: config }),
      ...(foreign === undefined ? {} : { foreign }),
      env: process.env,
    });
  },
};
