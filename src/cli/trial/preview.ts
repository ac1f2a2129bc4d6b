import { didYouMean } from '../../closest.ts';
import { Fault } from '../../errors.ts';
import { expandConfig } from '../../packs/expand-config.ts';
import type { components } from '../../openapi.d.ts';
import type { Command } from '../command.ts';
import { parseWords, usageFault } from '../parse-options.ts';
import { createAccountClient, type AccountClient } from '../server/account-client.ts';
import { buildSides, readConfig } from '../server/analysis-request.ts';
import { createConfigClient } from '../server/config-client.ts';
import {
  REACH_HELP,
  REACH_OPTIONS,
  reachService,
  type ReachedService,
} from '../server/reach-service.ts';
import { widthOf } from '../terminal.ts';
import { queriesOfMetric, type MetricQuery } from './metric-queries.ts';
import { PAST_HELP, PAST_OPTIONS, pastWindow } from './past-window.ts';
import { hasData, renderPreview } from './render-preview.ts';
import { SIDES_HELP, SIDES_OPTIONS } from './sides-options.ts';

type Schemas = components['schemas'];

const OPTIONS = {
  ...SIDES_OPTIONS,
  metric: { type: 'string', multiple: true },
  query: { type: 'string' },
  ...PAST_OPTIONS,
  ...REACH_OPTIONS,
  output: { type: 'string' },
} as const;

const FORMATS = ['text', 'json'];
/** Somewhere is no data. */
const MISSING = 2;

export const previewCommand: Command = {
  help: `Usage: canary preview CONFIG --baseline SCOPE --canary SCOPE [--metric NAME] [OPTIONS]
       canary preview --query PROMQL --baseline SCOPE [--canary SCOPE] [OPTIONS]

Shows what the queries of a config, or one query, answer for each side: the text that is sent, points, gaps, the last
value, and the series as a line.

  --metric NAME                only this metric; repeatable
  --query PROMQL               this query instead of those of a config
${SIDES_HELP}

${PAST_HELP}

${REACH_HELP}

  --output FORMAT              text (default) or json: a list of what POST /api/v1/accounts/{name}/preview answers

Exit codes: 0 every query has data on each side, 2 some have none, 3 it could not be asked.
`,
  async run(args) {
    const { words, values } = parseWords('preview', OPTIONS, args);
    const format = values.output ?? 'text';
    if (!FORMATS.includes(format)) {
      const hint = didYouMean(format, FORMATS) || ', where text or json is needed';
      throw usageFault(`--output got "${format}"${hint}`, 'canary preview');
    }
    const { baseline, canary, request } = await buildSides(values);
    if (baseline === undefined) throw usageFault('--baseline is needed', 'canary preview');
    const past = { now: Date.now(), step: request.window?.step, command: 'canary preview' };
    const asked = { baseline, ...(canary && { canary }), window: pastWindow(values, past) };
    const service = await reachService(values, 'canary preview');
    try {
      const queries = await queriesAsked(words, { ...values, request }, service);
      const client = createAccountClient(service);
      const account = accountChooser(await client.list(), values.account ?? request.account);
      const found = await previewAll(queries, { asked, client, account });
      print(found, format);
      return found.every(isWhole) ? 0 : MISSING;
    } finally {
      await service.close();
    }
  },
};

interface Previewed {
  asked: MetricQuery;
  preview: Schemas['Preview'];
}

interface Wanted {
  query?: string | undefined;
  metric?: string[] | undefined;
  request: Partial<Schemas['AnalysisRequest']>;
}

async function queriesAsked(
  words: string[],
  { query, metric: names, request }: Wanted,
  service: ReachedService,
): Promise<MetricQuery[]> {
  const [word, ...others] = words;
  if (query !== undefined) {
    if (word === undefined && names === undefined) {
      return [{ metric: 'query', part: '', query: { source: 'prometheus', promql: query } }];
    }
    throw usageFault('--query stands instead of a config', 'canary preview');
  }
  const given = word === undefined ? request.config : await readConfig(word);
  if (given === undefined || others.length > 0) {
    throw usageFault('one config, or --query, is needed', 'canary preview');
  }
  const stored = async (name: string) => (await createConfigClient(service).read(name)).config;
  const { config, violations } = await expandConfig(
    typeof given === 'string' ? await stored(given) : given,
  );
  if (violations.length > 0) {
    throw new Fault('invalid-config', `config "${config.name}" uses what is not there`, {
      violations,
    });
  }
  const metrics = (names ?? config.metrics.map(({ name }) => name)).map((name) =>
    findMetric(name, config.metrics),
  );
  return metrics.flatMap(queriesOfMetric);
}

function findMetric(
  name: string,
  metrics: readonly Schemas['MetricConfig'][],
): Schemas['MetricConfig'] {
  const found = metrics.find((metric) => metric.name === name);
  if (found !== undefined) return found;
  const names = metrics.map((metric) => metric.name);
  const hint = didYouMean(name, names) || `; it has ${names.join(', ')}`;
  throw new Fault('invalid-request', `the config has no metric "${name}"${hint}`);
}

/** A metric's own account, else that of the request, else the first of its kind, as in an analysis. */
function accountChooser(accounts: readonly Schemas['Account'][], fallback: string | undefined) {
  return ({ metric, account, query }: MetricQuery): string => {
    const ofKind = accounts.filter(({ source }) => source === query.source);
    const named = account ?? fallback;
    if (
      account === undefined &&
      named !== undefined &&
      !ofKind.some((one) => one.account === named)
    ) {
      if (accounts.some((one) => one.account === named)) return ofKind[0]?.account ?? named;
    }
    const chosen = named ?? ofKind[0]?.account;
    if (chosen !== undefined) return chosen;
    const text = `metric "${metric}" reads ${query.source}, and the service has no account of that kind: configure one, or ask a server with --prometheus`;
    throw new Fault('unknown-account', text);
  };
}

/** One after the other: the order is the config's, and no metrics server is flooded. */
async function previewAll(
  queries: readonly MetricQuery[],
  {
    asked,
    client,
    account,
  }: {
    asked: Omit<Schemas['PreviewRequest'], 'query'>;
    client: AccountClient;
    account(query: MetricQuery): string;
  },
): Promise<Previewed[]> {
  const found: Previewed[] = [];
  for (const one of queries) {
    const preview = await client.preview(account(one), { ...asked, query: one.query });
    found.push({ asked: one, preview });
  }
  return found;
}

function isWhole({ preview: { baseline, canary } }: Previewed): boolean {
  return hasData(baseline) && (canary === undefined || hasData(canary));
}

function print(found: readonly Previewed[], format: string): void {
  const width = widthOf(process.stdout) ?? 80;
  const text =
    format === 'json'
      ? JSON.stringify(
          found.map(({ asked: { metric, part }, preview }) => ({ metric, part, ...preview })),
          null,
          2,
        )
      : found.flatMap(({ asked, preview }) => renderPreview(asked, preview, width)).join('\n');
  process.stdout.write(`${text}\n`);
}
