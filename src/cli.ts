import type { Command, CommandText } from './cli/command.ts';
import { didYouMean } from './closest.ts';
import { NO_VERDICT } from './cli/exit-codes.ts';
import { usageFault } from './cli/parse-options.ts';
import { printFault, quietClosedOutput } from './cli/terminal.ts';

interface Entry {
  summary: string;
  /** Loaded when called for: the commands of a pipeline must not pay for the service's world. */
  load: () => Promise<Command>;
}

const COMMANDS: Record<string, Entry> = {
  analyze: {
    summary: 'submit an analysis to a server, wait, and show the verdict',
    load: async () => (await import('./cli/analyze.ts')).analyzeCommand,
  },
  backup: {
    summary: 'copy the store of a running service, or of a data directory',
    load: async () => (await import('./cli/store/backup.ts')).backupCommand,
  },
  bundle: {
    summary: 'save an analysis with all that its verdict came from, or import one',
    load: async () => (await import('./cli/analyses/bundle.ts')).bundleCommand,
  },
  calibrate: {
    summary: 'estimate from history how often healthy canaries would fail',
    load: async () => (await import('./cli/calibrate.ts')).calibrateCommand,
  },
  completion: {
    summary: 'print what completes commands in a shell',
    load: async () => (await import('./cli/completion.ts')).completionCommand(describeCommands),
  },
  conclude: {
    summary: 'end an analysis now, with a verdict from the data so far',
    load: async () => (await import('./cli/analyses/conclude.ts')).concludeCommand,
  },
  deliveries: {
    summary: 'show which events of an analysis were sent, and how that went',
    load: async () => (await import('./cli/analyses/deliveries.ts')).deliveriesCommand,
  },
  config: {
    summary: 'validate, store and compare configs',
    load: async () => (await import('./cli/config/config.ts')).configCommand,
  },
  doctor: {
    summary: 'look at a store and its metric sources',
    load: async () => (await import('./cli/store/doctor.ts')).doctorCommand,
  },
  export: {
    summary: 'write the store of a stopped service to a file, for another engine',
    load: async () => (await import('./cli/store/export.ts')).exportCommand,
  },
  get: {
    summary: 'show an analysis as it stands',
    load: async () => (await import('./cli/analyses/get.ts')).getCommand,
  },
  import: {
    summary: 'move in from another tool, or from another store',
    load: async () => (await import('./cli/import/import.ts')).importCommand,
  },
  init: {
    summary: 'write a config for a workload from what a metrics server has of it',
    load: async () => (await import('./cli/init/init.ts')).initCommand,
  },
  judge: {
    summary: 'judge files offline, without a server',
    load: async () => (await import('./cli/judge.ts')).judgeCommand,
  },
  list: {
    summary: 'list the analyses of a server',
    load: async () => (await import('./cli/analyses/list.ts')).listCommand,
  },
  migrate: {
    summary: 'bring a store to the schema of this version',
    load: async () => (await import('./cli/store/migrate.ts')).migrateCommand,
  },
  packs: {
    summary: 'list the query packs for configs, or show one',
    load: async () => (await import('./cli/packs.ts')).packsCommand,
  },
  plan: {
    summary: 'tell from history how long a run must be to find which change',
    load: async () => (await import('./cli/plan.ts')).planCommand,
  },
  push: {
    summary: 'send values of a batch job or load test to an analysis',
    load: async () => (await import('./cli/analyses/push.ts')).pushCommand,
  },
  rejudge: {
    summary: 'judge the series of an analysis again, by another config or judge',
    load: async () => (await import('./cli/analyses/rejudge.ts')).rejudgeCommand,
  },
  preview: {
    summary: 'show what the queries of a config answer on both sides',
    load: async () => (await import('./cli/trial/preview.ts')).previewCommand,
  },
  replay: {
    summary: 'replay finished runs look by look, under any judge',
    load: async () => (await import('./cli/replay/replay.ts')).replayCommand,
  },
  report: {
    summary: 'save the report of an analysis as a file',
    load: async () => (await import('./cli/analyses/report.ts')).reportCommand,
  },
  restore: {
    summary: 'make a backup the store of a data directory',
    load: async () => (await import('./cli/store/restore.ts')).restoreCommand,
  },
  schema: {
    summary: 'print the JSON Schema of a config, for editors',
    load: async () => (await import('./cli/schema.ts')).schemaCommand,
  },
  serve: {
    summary: 'run the service',
    load: async () => (await import('./cli/serve.ts')).serveCommand,
  },
  try: {
    summary: 'judge a config on the past hour; nothing is stored',
    load: async () => (await import('./cli/trial/try.ts')).tryCommand,
  },
  version: {
    summary: 'print the version',
    load: async () => (await import('./cli/version.ts')).versionCommand,
  },
  watch: {
    summary: 'wait for an analysis that is there, and show the verdict',
    load: async () => (await import('./cli/analyses/watch.ts')).watchCommand,
  },
  worker: {
    summary: 'judge and deliver what other processes accept',
    load: async () => (await import('./cli/serve.ts')).workerCommand,
  },
};

/** Runs the command that the process was started for and leaves its exit code. */
export async function main(): Promise<void> {
  process.on('uncaughtException', endCrashed);
  quietClosedOutput();
  try {
    process.exitCode = await runCommand(process.argv.slice(2));
  } catch (error) {
    printFault(error);
    process.exitCode = NO_VERDICT;
  }
}

/** Node would exit with 1 here, which says that the canary failed; covers unhandled rejections too. */
function endCrashed(error: unknown): void {
  printFault(error);
  process.exit(NO_VERDICT);
}

async function runCommand([name, ...args]: string[]): Promise<number> {
  if (name === '--version') return runCommand(['version']);
  if (name === 'help' || name === '--help' || name === '-h') return showHelp(args[0]);
  if (name === undefined) throw usageFault('a command is missing', 'canary');
  const command = await loadCommand(name);
  if (args.includes('--help') || args.includes('-h')) return print(command.help);
  if (command.crashesAsNode === true) process.off('uncaughtException', endCrashed);
  return command.run(args);
}

async function showHelp(topic: string | undefined): Promise<number> {
  if (topic === '--markdown') {
    const { renderHelpPage } = await import('./cli/help-page.ts');
    return print(renderHelpPage(overview(), await describeCommands()));
  }
  return print(topic === undefined ? overview() : (await loadCommand(topic)).help);
}

async function loadCommand(name: string): Promise<Command> {
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry !== undefined) return entry.load();
  const suggestion = didYouMean(name, Object.keys(COMMANDS));
  throw usageFault(`there is no command "${name}"${suggestion}`, 'canary');
}

/** Every command with its help, for what is made of them all. */
async function describeCommands(): Promise<CommandText[]> {
  const describe = async ([name, { summary, load }]: [string, Entry]) => {
    const { help } = await load();
    return { name, summary, help };
  };
  return Promise.all(Object.entries(COMMANDS).map(describe));
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function overview(): string {
  const rows = Object.entries(COMMANDS).map(
    ([name, { summary }]) => `  ${name.padEnd(12)}${summary}`,
  );
  return `canary: is the new version as good as the old one?

Usage: canary COMMAND [OPTIONS]

${rows.join('\n')}

"canary COMMAND --help" tells the options of a command, "canary help --markdown" those of all.

Exit codes: 0 pass, 1 fail, 2 marginal, undecided or not enough data, 3 no verdict.
`;
}
