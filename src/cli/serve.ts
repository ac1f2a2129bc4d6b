import type { Command } from './command.ts';
import { parseOptions } from './parse-options.ts';

const OPTIONS = { config: { type: 'string' }, 'kayenta-yml': { type: 'string' } } as const;

export const serveCommand: Command = {
  help: `Usage: canary serve [--config FILE] [--kayenta-yml FILE]

Runs the service until SIGTERM or SIGINT. FILE is YAML over config/default.yaml; environment variables
CANARY_... come last.

  --config FILE        settings (or CANARY_CONFIG=FILE)
  --kayenta-yml FILE   settings of an existing Kayenta, below --config: Prometheus accounts, names of stores,
                       port, remote judge; what cannot be taken over is named at start

Exit codes: 0 after a stop, 78 when the configuration must change before another start can succeed,
1 when the service could not start, 3 for wrong usage.
`,
  crashesAsNode: true,
  async run(args) {
    const { config, 'kayenta-yml': kayentaYml } = parseOptions('serve', OPTIONS, args);
    const { serve } = await import('../main.ts');
    return serve({
      ...(config === undefined ? {} : { configFile: config }),
      ...(kayentaYml === undefined ? {} : { kayentaYml }),
      env: process.env,
    });
  },
};
