import { Fault } from '../../errors.ts';
import { withoutControls } from '../../report/text.ts';
import type { Command } from '../command.ts';
import { NO_VERDICT } from '../exit-codes.ts';
import { parseOptions, usageFault } from '../parse-options.ts';
import { createAccountClient } from '../server/account-client.ts';
import {
  METRICS_ACCOUNT,
  REACH_HELP,
  REACH_OPTIONS,
  reachService,
  type ReachedService,
} from '../server/reach-service.ts';
import { DEFAULT_SERVER } from '../server/server-options.ts';
import { note } from '../terminal.ts';
import { createAsker, type Asker } from './ask.ts';
import { chooseDuration, measure } from './calibrate.ts';
import { configOf, requestOf, serviceSettings } from './compose-files.ts';
import { explore, findWorkload, measureScrape, type Explored } from './explore.ts';
import type { Workload } from './fit-packs.ts';
import { tellSides } from './find-sides.ts';
import { createLab, type Lab } from './lab.ts';
import { exploreNative, nativeConfig } from './native/explore.ts';
import { NATIVE_KINDS } from './native/kinds.ts';
import { nameOfWorkload, readScope, writeSelector } from './read-scope.ts';
import { refuseExisting, targetFiles, writeTarget, type TargetFiles } from './target-files.ts';
import { measuresTold, writeConfig, writeRequest, type Told } from './write-files.ts';

const OPTIONS = {
  scope: { type: 'string' },
  baseline: { type: 'string' },
  canary: { type: 'string' },
  account: { type: 'string' },
  name: { type: 'string' },
  out: { type: 'string' },
  force: { type: 'boolean' },
  yes: { type: 'boolean' },
  ...REACH_OPTIONS,
} as const;

type Options = ReturnType<typeof parseOptions<typeof OPTIONS>>;

const DEFAULT_OUT = 'canary.yaml';
const USUAL_SCRAPE_SECONDS = 15;

export const initCommand: Command = {
  help: `Usage: canary init --prometheus URL --scope LABEL=VALUE [OPTIONS]
       canary init --account NAME --scope LABEL=VALUE [OPTIONS]

Looks at a metrics server and a workload and writes a config that is known to work: which query packs fit, how the sides are
told apart, step and window by what is measured. Every query is tried on both sides, what does not answer is left out, and the
baseline's last hours are judged against themselves: false alarms, and which change is found in how long. Of an account of
datadog, graphite or influxdb, which know no packs, metrics are chosen by their names, with queries in its own language.

  --scope LABEL=VALUE          labels of the workload, such as app=checkout or namespace=shop,app=checkout
  --baseline S --canary S      the sides, where they are not found or should be others
  --name NAME                  of the config; the value of the scope when left out
  --out FILE                   ${DEFAULT_OUT}; beside it ${DEFAULT_OUT.replace('.yaml', '.request.yaml')} (the sides and the window), and with --prometheus
                               ${DEFAULT_OUT.replace('.yaml', '.service.yaml')} (settings for canary serve)
  --force                      overwrite files that are there
  --yes                        ask nothing
  --account NAME               metric source of the running service; its only one when left out

${REACH_HELP}

Exit codes: 0 written, 3 not.
`,
  async run(args) {
    const given = parseOptions('init', OPTIONS, args);
    const asker = createAsker(given.yes === true);
    return init(await completed(given, asker), asker);
  },
};

/** What was not said is asked for. */
async function completed(given: Options, asker: Asker): Promise<Options & { scope: string }> {
  const isOpen = given.prometheus === undefined && given.account === undefined && !given.server;
  const prometheus =
    isOpen && !process.env['CANARY_URL']
      ? await asker.ask('Address of the Prometheus (http://...)')
      : given.prometheus;
  const scope = given.scope ?? (await asker.ask('Label of the workload (app=checkout)'));
  if (scope === undefined)
    throw usageFault('--scope is needed, such as app=checkout', 'canary init');
  if (isOpen && prometheus === undefined && !process.env['CANARY_URL']) {
    const text = '--prometheus URL, or --account NAME of a running service, is needed';
    throw usageFault(text, 'canary init');
  }
  if ((given.baseline === undefined) !== (given.canary === undefined)) {
    throw usageFault('--baseline and --canary go together', 'canary init');
  }
  return { ...given, scope, ...(prometheus === undefined ? {} : { prometheus }) };
}

async function init(options: Options & { scope: string }, asker: Asker): Promise<number> {
  const scope = readScope(options.scope);
  const files = targetFiles(options.out ?? DEFAULT_OUT, options.prometheus !== undefined);
  if (options.force !== true) refuseExisting(files);
  const { baseline, canary } = options;
  const named = baseline === undefined || canary === undefined ? undefined : { baseline, canary };
  const workload: Workload = { scope, named, now: Date.now() };
  let service = await reachService(options, 'canary init');
  try {
    const { account, kind } = await accountOf(service, options);
    let lab = createLab(service, account, workload.now);
    if (kind !== 'prometheus') {
      const explored = await exploreNative(lab, { kind, workload, asker });
      if (explored.packs.length === 0) throw nothingAnswers(explored);
      const scraped = { scrapeSeconds: USUAL_SCRAPE_SECONDS, countSeconds: 0 };
      return await conclude({
        lab,
        service,
        explored,
        workload,
        files,
        ...scraped,
        options,
        asker,
      });
    }
    const found = await findWorkload(lab, workload, asker);
    const measured = await measureScrape(lab, found.fitted);
    const scrapeSeconds = measured ?? USUAL_SCRAPE_SECONDS;
    if (measured === undefined) {
      note(`canary: how often it is scraped cannot be told; taken for ${USUAL_SCRAPE_SECONDS}s`);
    }
    // an account that runs says it itself
    const looksBefore = service.metricsServer !== undefined && (await lab.looksBefore());
    const countSeconds = looksBefore ? 0 : scrapeSeconds;
    if (looksBefore)
      note('canary: a VictoriaMetrics, so counts are of one step and not of a scrape more');
    if (service.metricsServer !== undefined && countSeconds !== USUAL_SCRAPE_SECONDS) {
      await service.close(); // windows of counts are as long as the account says
      service = await reachService(options, 'canary init', countSeconds);
      lab = createLab(service, account, workload.now);
    }
    const explored = await explore(lab, found, scrapeSeconds);
    if (explored.packs.length === 0) throw nothingAnswers(explored);
    return await conclude({
      lab,
      service,
      explored,
      workload,
      files,
      scrapeSeconds,
      countSeconds,
      options,
      asker,
    });
  } finally {
    await service.close();
  }
}

interface Found {
  lab: Lab;
  service: ReachedService;
  explored: Explored;
  workload: Workload;
  files: TargetFiles;
  scrapeSeconds: number;
  /** What the account says of it: 0 where counts need no scrape more than their step. */
  countSeconds: number;
  options: Options;
  asker: Asker;
}

/** Measures, writes, and says what comes next. */
async function conclude(found: Found): Promise<number> {
  const { lab, service, explored, workload, files, options, asker } = found;
  const { scrapeSeconds, countSeconds } = found;
  const { packs, refused, step, canaryShare } = explored;
  const name = options.name ?? nameOfWorkload(workload.scope).replaceAll(/[^\w.-]+/g, '-');
  const isNative = packs.every(({ pack }) => pack.detect.length === 0);
  const config = isNative ? nativeConfig(name, explored) : configOf(name, packs);
  note("canary: judging the baseline's last hours against themselves");
  const measured = await measure(lab, packs, { config, stepSeconds: step.seconds });
  const { valid, violations } = await lab.validate(config);
  if (!valid) throw new Fault('internal', 'the config that was made is not valid', { violations });
  const told: Told = {
    at: new Date(workload.now).toISOString(),
    from: service.metricsServer?.url ?? `account ${lab.account} of ${service.server}`,
    scope: writeSelector(workload.scope),
    schema: `${service.metricsServer === undefined ? service.server : DEFAULT_SERVER}/api/v1/schemas/config.json`,
    step: `${step.seconds}s, as ${step.why}`,
    packs,
    refused,
    measured,
    canaryShare,
  };
  const durationMs = chooseDuration(measured);
  const account = service.metricsServer === undefined ? lab.account : undefined;
  const wishes = { stepSeconds: step.seconds, scrapeSeconds, durationMs, account };
  const request = requestOf(packs, wishes);
  process.stdout.write(`${summary(explored, told).map(withoutControls).join('\n')}\n`);
  if (!(await asker.confirm(`Write ${files.config}?`))) return NO_VERDICT;
  const force = options.force === true;
  await writeTarget(files.config, writeConfig(config, told), force);
  await writeTarget(files.request, writeRequest(request, { config: files.config, told }), force);
  if (files.service !== undefined && service.metricsServer !== undefined) {
    await writeTarget(files.service, serviceSettings(service.metricsServer, countSeconds), force);
  }
  process.stdout.write(next(files));
  return 0;
}

function summary({ packs, refused }: Explored, told: Told): string[] {
  return [
    ...packs.flatMap(({ pack, sides, metrics }) => [
      `${pack.name}: ${tellSides(sides)}`,
      ...metrics.map(({ name, refused: why, notes }) => {
        const text = why ?? notes.join('; ');
        return `  ${why === undefined ? '✔' : '–'} ${name}${text === '' ? '' : `: ${text}`}`;
      }),
    ]),
    ...refused.map(({ pack, why }) => `${pack.name}: not used, ${why}`),
    `step ${told.step}`,
    ...measuresTold(told),
  ];
}

function next({ config, request, service }: TargetFiles): string {
  const files = [config, request, ...(service === undefined ? [] : [service])];
  const serve = service === undefined ? [] : [`  canary serve --config ${service}`];
  return [
    `written: ${files.join(', ')}`,
    'next:',
    ...serve,
    `  canary analyze --config ${config} --request ${request}`,
    '',
  ].join('\n');
}

/** The account that is asked. Its trouble is told before anything else is. */
async function accountOf(
  service: ReachedService,
  options: Options,
): Promise<{ account: string; kind: string }> {
  const client = createAccountClient(service);
  const found =
    service.metricsServer === undefined
      ? await chosen()
      : { account: METRICS_ACCOUNT, kind: 'prometheus' };
  const { well, trouble = '' } = await client.check(found.account);
  if (well) return found;
  throw new Fault('source-unavailable', trouble);

  async function chosen(): Promise<{ account: string; kind: string }> {
    const known = await client.list();
    const able = known.filter(({ source }) => source === 'prometheus' || source in NATIVE_KINDS);
    const tell = ({ account, source }: { account: string; source: string }) =>
      `${account} (${source})`;
    const named = known.find(({ account }) => account === options.account);
    if (named !== undefined && !able.includes(named)) {
      const text = `account "${named.account}" is of the kind ${named.source}, in whose metrics init cannot find the sides; it asks ${['prometheus', ...Object.keys(NATIVE_KINDS)].join(', ')}. Write its queries into a config, see /docs/reference/sources, and try each with "canary preview"`;
      throw new Fault('invalid-request', text);
    }
    const [only] = able;
    if (named !== undefined) return { account: named.account, kind: named.source };
    if (options.account !== undefined) return { account: options.account, kind: 'prometheus' };
    if (only !== undefined && able.length === 1)
      return { account: only.account, kind: only.source };
    const text =
      able.length === 0
        ? 'has no account that init can ask'
        : `has the accounts ${able.map(tell).join(', ')}`;
    throw usageFault(`the service ${text}: name one with --account`, 'canary init');
  }
}

function nothingAnswers({ refused }: Explored): Fault {
  return new Fault(
    'not-found',
    'packs fit, but none of their queries answers: nothing is written',
    {
      violations: refused.map(({ pack, why }) => ({ pointer: pack.name, message: why })),
    },
  );
}
