import type { components } from '../../openapi.d.ts';
import { formatInstant, formatScore } from '../../report/format.ts';
import { withoutControls } from '../../report/text.ts';
import { signOf } from '../../report/vocabulary.ts';
import type { Command } from '../command.ts';
import { renderJson } from '../output/json.ts';
import { parseOptions, readDuration, refuseNearMoment, usageFault } from '../parse-options.ts';
import { renderTable } from '../render-table.ts';
import type { ApiClient } from '../server/api-client.ts';
import { SERVER_OPTIONS } from '../server/server-options.ts';
import { connect, SERVER_HELP } from './connect.ts';

type Summary = components['schemas']['AnalysisSummary'];

/** Options and what the server calls them. */
const FILTERS = { config: 'config', state: 'state', verdict: 'verdict', search: 'q' } as const;
const OPTIONS = {
  config: { type: 'string' },
  state: { type: 'string' },
  verdict: { type: 'string' },
  search: { type: 'string' },
  last: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  label: { type: 'string', multiple: true },
  limit: { type: 'string', default: '20' },
  json: { type: 'boolean' },
  ...SERVER_OPTIONS,
} as const;
/** Most items that the server has on a page. */
const PAGE = 200;

export const listCommand: Command = {
  help: `Usage: canary list [OPTIONS]

Lists analyses, newest first.

  --config NAME        only those of this config
  --state STATE        queued, running, completed, failed or cancelled
  --verdict VERDICT    pass, marginal, fail, undecided or nodata
  --label K=V          only those with this label; repeatable
  --search TEXT        only those with this text in id, config, labels or reason
  --last D             only those submitted in the time up to now, such as 24h
  --from T --to T      only those submitted in this time: instants, now-3h, now
  --limit N            at most this many, 20
  --json               as GET /api/v1/analyses answers them, in one list

${SERVER_HELP}

Exit codes: 0 listed, 3 the server gave no answer.
`,
  async run(args) {
    const options = parseOptions('list', OPTIONS, args);
    const limit = Number(options.limit);
    if (!Number.isInteger(limit) || limit < 1) {
      const why = `--limit got "${options.limit}", where a whole number from 1 on is needed`;
      throw usageFault(why, 'canary list');
    }
    const query = new URLSearchParams({ limit: String(Math.min(limit, PAGE)) });
    for (const [option, name] of Object.entries(FILTERS)) {
      const value = options[option as keyof typeof FILTERS];
      if (value !== undefined) query.set(name, value);
    }
    for (const [name, moment] of Object.entries(submittedIn(options))) query.set(name, moment);
    for (const label of options.label ?? []) query.append('label', label);
    const { client } = await connect(options);
    const items = await listUpTo(limit, `/api/v1/analyses?${query.toString()}`, client);
    process.stdout.write(options.json === true ? renderJson(items) : inText(items));
    return 0;
  },
};

/** The server resolves what is told by its distance from now. */
function submittedIn({
  last,
  from,
  to,
}: {
  last?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}): Record<string, string> {
  if (last === undefined) {
    for (const [option, text] of Object.entries({ from, to }))
      if (text !== undefined) refuseNearMoment(option, text);
    return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  }
  if (from !== undefined || to !== undefined)
    throw usageFault('--last excludes --from and --to', 'canary list');
  readDuration('last', last);
  return { from: `now-${last}` };
}

async function listUpTo(limit: number, first: string, client: ApiClient): Promise<Summary[]> {
  const items: Summary[] = [];
  for (let page: string | undefined = first; page !== undefined && items.length < limit;) {
    const { items: some, next } = await client.list(page);
    items.push(...some);
    page = next;
  }
  return items.slice(0, limit);
}

function inText(items: readonly Summary[]): string {
  if (items.length === 0) return 'no analyses\n';
  const rows = items.map((item) => {
    const { glyph, word } = signOf(item);
    const labels = Object.entries(item.labels).map(([name, value]) => `${name}=${value}`);
    return [
      item.id,
      `${glyph} ${word}`,
      item.score === undefined ? '' : formatScore(item.score),
      item.config,
      formatInstant(Date.parse(item.createdAt)),
      labels.join(' '),
    ].map(withoutControls);
  });
  const header = ['ANALYSIS', 'RESULT', 'SCORE', 'CONFIG', 'CREATED', 'LABELS'];
  return `${renderTable([header, ...rows]).join('\n')}\n`;
}
