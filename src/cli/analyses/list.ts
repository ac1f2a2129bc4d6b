import type { components } from '../../openapi.d.ts';
import { formatInstant, formatScore } from '../../report/format.ts';
import { withoutControls } from '../../report/text.ts';
import { signOf } from '../../report/vocabulary.ts';
import type { Command } from '../command.ts';
import { renderJson } from '../output/json.ts';
import { parseOptions, usageFault } from '../parse-options.ts';
import { renderTable } from '../render-table.ts';
import type { ApiClient } from '../server/api-client.ts';
import { SERVER_OPTIONS } from '../server/server-options.ts';
import { connect, SERVER_HELP } from './connect.ts';

type Summary = components['schemas']['AnalysisSummary'];

const FILTERS = ['config', 'state', 'verdict'] as const;
const OPTIONS = {
  config: { type: 'string' },
  state: { type: 'string' },
  verdict: { type: 'string' },
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
    for (const name of FILTERS) {
      const value = options[name];
      if (value !== undefined) query.set(name, value);
    }
    for (const label of options.label ?? []) query.append('label', label);
    const { client } = await connect(options);
    const items = await listUpTo(limit, `/api/v1/analyses?${query.toString()}`, client);
    process.stdout.write(options.json === true ? renderJson(items) : inText(items));
    return 0;
  },
};

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
