import type { Command } from './command.ts';
import { SETTINGS_FILES } from './foreign.ts';
import { parseOptions } from './parse-options.ts';

const OPTIONS: Record<string, { type: 'string' | 'boolean'; multiple: false }> = {
  config: { type: 'string', multiple: false },
  ...Object.fromEntries(
    SETTINGS_FILES.map(({ option }) => [option, { type: 'string', multiple: false }]),
  ),
};
const usages = SETTINGS_FILES.map(({ option }) => ` [--${option} FILE]`).join('');
const helps = SETTINGS_FILES.map(
  ({ option, help }) => `  ${`--${option} FILE`.padEnd(21)}${help}\n`,
);

const ENDS = `
Exit codes: 0 after a stop, 78 when the configuration must change before another start can succeed,
1 when the service could not start, 3 for wrong usage.
`;

export const serveCommand: Command = {
  help: `Usage: canary serve [--no-worker] [--config FILE]${usages}

Runs the service until SIGTERM or SIGINT. FILE is YAML over config/default.yaml; environment variables
CANARY_... come last.

  --no-worker          answers requests and leaves the work to "canary worker" (needs database.url and redis.url)
  --config FILE        settings (or CANARY_CONFIG=FILE)
${helps.join('')}${ENDS}`,
  crashesAsNode: true,
  async run(args) {
    const options = { 'no-worker': { type: 'boolean', multiple: false }, ...OPTIONS } as const;
    const { 'no-worker': isIdle, ...files } = parseOptions('serve', options, args);
    return run(files, isIdle === true ? 'api' : 'all');
  },
};

export const workerCommand: Command = {
  help: `Usage: canary worker [--config FILE]${usages}

Judges and delivers what "canary serve" accepts, until SIGTERM or SIGINT; any number may run, on one PostgreSQL
(database.url) and one Redis (redis.url). It answers /health, /ready and /metrics, and nothing else.

  --config FILE        settings (or CANARY_CONFIG=FILE)
${helps.join('')}${ENDS}`,
  crashesAsNode: true,
  run: (args) => run(parseOptions('worker', OPTIONS, args), 'worker'),
};

async function run(
  files: Record<string, unknown>,
  role: 'all' | 'api' | 'worker',
): Promise<number> {
  const { config } = files;
  const foreign = SETTINGS_FILES.flatMap(({ option, read }) => {
    const path = files[option];
    return typeof path === 'string' ? [{ path, read }] : [];
  })[0];
  const { serve } = await import('../main.ts');
  return serve({
    ...(typeof config === 'string' ? { configFile: config } : {}),
    ...(foreign === undefined ? {} : { foreign }),
    role,
    env: process.env,
  });
}
