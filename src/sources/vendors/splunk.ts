import { Fault } from '../../errors.ts';
import { asForm, type Manners } from '../asking/http-ask.ts';
import {
  createHttpSource,
  type PageAnswer,
  type Plan,
  type PlannedQuestion,
} from '../asking/http-source.ts';
import { isRecord, parseJson, readObject, wrongAnswer } from '../asking/read-json.ts';
import { bucketsOf, epochBucketsOf, placeBuckets } from '../grid/bucket-grid.ts';
import { seriesOfFrame } from '../grid/frames.ts';
import type { CreateSource } from '../kinds.ts';
import { textField } from '../queries/query-fields.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import { fillTemplate, scopeValues, type Dialect } from '../queries/template-engine.ts';
import { windowValues } from '../queries/window-values.ts';
import type { SeriesRequest, SourceRemark } from '../source.ts';

/** Splunk by a job of the search API: it is started, waited for, and its rows are read. */
export const createSplunkSource: CreateSource = (account, dependencies) =>
  createHttpSource(account, dependencies, {
    kind: 'splunk',
    manners: { readError: readMessages } satisfies Manners,
    plan: planSearch,
    // services/server/info may be read by anybody
    probe: () => ({
      method: 'GET',
      path: 'services/authentication/current-context',
      search: { output_mode: 'json' },
      read: ({ text }) => checkContext(text),
    }),
    names: {
      question: () => ({
        method: 'GET',
        path: 'services/catalog/metricstore/metrics',
        search: { output_mode: 'json', count: '0' },
        read: ({ text }) => ({ names: readEntries(text).map(({ name }) => String(name)) }),
      }),
    },
  });

const JOBS = 'services/search/v2/jobs';
const PAGE = 50_000;

/** SPL: `*` matches anything also inside of quotes, and macros stand in backticks. */
export const SPL: Dialect = {
  quotes: { '"': 'string', '`': 'raw' },
  escapes: String.raw`\\[^]`,
  comments: '```[^]*?```',
  escape(value, { kind }) {
    if (kind === 'raw') return { refused: 'stands in the name of a macro, where no value may be' };
    if (value.includes('*')) return { refused: 'has a *, which matches anything' };
    if (kind === 'string') return value.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`);
    if (/^(?!-|(?:AND|OR|NOT)$)[\p{L}\p{N}_.-]+$/u.test(value)) return value;
    return { refused: 'stands outside of quotes, where only a plain word may be: write "${...}"' };
  },
};

/** Commands that change something, run a program, or run another search for each row. */
const ACTS =
  /\|\s*(delete|collect|mcollect|meventcollect|outputlookup|outputcsv|outputtext|sendemail|sendalert|script|run|runshellscript|map|tscollect|dump|rest)\b/i;
const WIDE = /\|\s*(timechart|chart|xyseries)\b/i;

/** A token that is good may still not search. */
function checkContext(body: string): void {
  const content = readEntries(body)[0]?.['content'];
  const capabilities = isRecord(content) ? content['capabilities'] : undefined;
  if (!Array.isArray(capabilities) || capabilities.includes('search')) return;
  const text = 'that the token has no capability "search"; give its user a role that has it';
  throw new Fault('source-refused', text);
}

function readEntries(body: string): Record<string, unknown>[] {
  const { entry } = readObject(body, 'the management port of Splunk');
  if (!Array.isArray(entry)) throw wrongAnswer('no entries');
  return entry.filter(isRecord);
}

function planSearch(request: SeriesRequest): Plan {
  const { query, scope } = request;
  const template = textField(query, 'search') ?? '';
  // `bin` can begin with the window; `mstats` and a plain `bin` cut time at multiples of the span
  const { grid, remarks } = /\baligntime\s*=/i.test(template)
    ? { grid: bucketsOf(scope), remarks: [] }
    : epochBucketsOf(scope);
  const times = windowValues(grid);
  const values = scopeValues(scope);
  values.set('step', `${times.get('step_s')}s`);
  values.set('start', times.get('start_s')!);
  values.set('end', times.get('end_s')!);
  const filled = fillTemplate(template, SPL, values).trim();
  checkSearch(filled);
  const text = /^(?:search\b|\|)/i.test(filled) ? filled : `search ${filled}`;
  return {
    query: text,
    grid,
    remarks,
    options: readSeriesOptions(query),
    place: ({ points }, grid) => placeBuckets(points, grid),
    questions: [
      {
        method: 'POST',
        path: JOBS,
        tellable: [],
        ...asForm({
          search: text,
          earliest_time: times.get('start_s')!,
          latest_time: times.get('end_s')!,
          exec_mode: 'blocking',
          adhoc_search_level: 'fast',
          max_count: '100000',
          timeout: '60', // so long are rows kept when nobody asks any more
          output_mode: 'json',
        }),
        read: ({ text: body }) => ({ series: [], remarks: [], next: stateOf(readSid(body)) }),
      },
    ],
  };
}

function checkSearch(text: string): void {
  const bare = text.replaceAll(/"(?:\\[^]|[^"\\])*"/g, '""');
  const [, acts] = ACTS.exec(bare) ?? [];
  const [, wide] = WIDE.exec(bare) ?? [];
  if (bare === '') throw new Fault('invalid-query', 'a query of splunk needs a "search"');
  if (acts !== undefined) {
    throw new Fault('invalid-query', `the command ${acts} does more than read: leave it out`);
  }
  if (wide === undefined) return;
  const instead = 'bin _time span=${step} aligntime=${start} | stats count AS value BY _time, host';
  throw new Fault('invalid-query', `${wide} answers a column for each label: write ${instead}`);
}

function readSid(body: string): string {
  const { sid } = readObject(body, 'the management port of Splunk');
  if (typeof sid === 'string' && sid !== '') return `${JOBS}/${encodeURIComponent(sid)}`;
  throw wrongAnswer('no id of a job');
}

/** Whether the job came to its end by itself; asked again while it runs. */
function stateOf(job: string): PlannedQuestion {
  return {
    method: 'GET',
    path: job,
    search: { output_mode: 'json' },
    tellable: [],
    read({ text }) {
      const { entry } = readObject(text, 'the management port of Splunk');
      const first: unknown = Array.isArray(entry) ? entry[0] : undefined;
      const content = isRecord(first) ? first['content'] : undefined;
      if (!isRecord(content)) throw wrongAnswer('no state of the job');
      const { dispatchState, isFailed, isFinalized } = content;
      if (isFailed === true || dispatchState === 'FAILED') {
        const words = readMessages(JSON.stringify(content)) ?? 'without words';
        throw new Fault('source-refused', `an error: ${words}; correct the query`);
      }
      if (isFinalized === true) {
        throw new Fault('source-limit', 'a part alone, as the job was ended early; ask for less');
      }
      if (dispatchState !== 'DONE') {
        throw new Fault('source-unavailable', `that the job still is ${String(dispatchState)}`, {
          retryable: true,
        });
      }
      return { series: [], remarks: [], next: rowsOf(job, 0) };
    },
  };
}

function rowsOf(job: string, offset: number): PlannedQuestion {
  return {
    method: 'GET',
    path: `${job}/results`,
    search: { output_mode: 'json', count: String(PAGE), offset: String(offset) },
    tellable: [],
    read({ text, status }) {
      if (status === 204) throw new Fault('source-unavailable', 'no rows yet', { retryable: true });
      return readRows(text, job, offset);
    },
  };
}

/** All values are texts; what begins with `_` is Splunk's own, but for the time. */
function readRows(body: string, job: string, offset: number): PageAnswer {
  const { results, fields = [], preview, messages } = readObject(body, 'Splunk');
  if (!Array.isArray(results) || !Array.isArray(fields)) throw wrongAnswer('no results');
  if (preview === true) throw new Fault('source-unavailable', 'a preview', { retryable: true });
  const remarks = remarksOf(messages);
  if (results.length === 0) return { series: [], remarks };
  const columns = fields
    .map((field) => (isRecord(field) ? String(field['name']) : String(field)))
    .filter((name) => name === '_time' || !name.startsWith('_'));
  const rows = results.map((row) => columns.map((name) => (isRecord(row) ? row[name] : undefined)));
  const series = seriesOfFrame({ columns, rows }, { time: '_time' });
  const isLast = results.length < PAGE;
  return { series, remarks, ...(isLast ? {} : { next: rowsOf(job, offset + results.length) }) };
}

/** Some warnings say that rows are missing. */
function remarksOf(messages: unknown): SourceRemark[] {
  return (Array.isArray(messages) ? messages : []).filter(isRecord).flatMap(({ type, text }) => {
    if (typeof text !== 'string' || !/^(FATAL|ERROR|WARN)$/.test(String(type))) return [];
    if (type !== 'WARN') {
      throw new Fault('source-refused', `an error: ${text}; correct the query`);
    }
    if (/incomplete|partial|truncat|finalized|peer|time.?d? ?out/i.test(text)) {
      throw new Fault('source-unavailable', `a part alone: ${text}`, { retryable: true });
    }
    return [{ kind: 'warning', text }];
  });
}

function readMessages(body: string): string | undefined {
  const answer = parseJson(body);
  const messages = isRecord(answer) ? answer['messages'] : undefined;
  const texts = (Array.isArray(messages) ? messages : []).flatMap((one) =>
    isRecord(one) && typeof one['text'] === 'string' ? [one['text']] : [],
  );
  return texts.length === 0 ? undefined : texts.join('; ');
}
