import { Fault } from '../../errors.ts';
import type { HttpQuestion } from '../asking/http-ask.ts';
import { asJson } from '../asking/http-ask.ts';
import type { Plan } from '../asking/http-source.ts';
import { bucketsOf, placeBuckets } from '../grid/bucket-grid.ts';
import { textField } from '../queries/query-fields.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import { bindTemplate, scopeValues, type Dialect } from '../queries/template-engine.ts';
import type { SeriesRequest } from '../source.ts';
import { readFluxCsv } from './flux-csv.ts';

/** Flux runs what stands in `${}` of a string, so that a value is always a literal of its own. */
export const FLUX: Dialect = {
  quotes: { '"': 'string' },
  escapes: String.raw`\\[^]`,
  comments: String.raw`//[^\n]*`,
  join: '+',
  escape: () => ({ refused: 'is no part of a text of Flux' }),
};

/** Of its packages those that only count; others write, send or read what is not in a bucket. */
const PURE = new Set(['array', 'date', 'dict', 'join', 'math', 'regexp', 'strings', 'types']);
const WRITES = /\b(?:to|wideTo)\s*\(/;

export function planFlux(request: SeriesRequest, org: string | undefined): Plan {
  const { query, scope } = request;
  const grid = bucketsOf(scope);
  const offsetMs = ((grid.startAt % grid.stepMs) + grid.stepMs) % grid.stepMs;
  const own = new Map([
    ['start', new Date(grid.startAt).toISOString()],
    ['end', new Date(grid.startAt + grid.count * grid.stepMs).toISOString()],
    ['step', `${grid.stepMs}ms`],
    ['offset', `${offsetMs}ms`],
  ]);
  const values = scopeValues(scope);
  const names = new Map([...values, ...own]);
  const template = textField(query, 'flux') ?? '';
  const text = bindTemplate(
    template,
    FLUX,
    names,
    (name) => own.get(name) ?? fluxText(values.get(name)!),
  ).trim();
  checkFlux(text);
  return {
    query: text,
    grid,
    options: readSeriesOptions(query),
    place: ({ points }, grid) => placeBuckets(points, grid),
    questions: [
      {
        ...fluxQuestion(text, org),
        read: ({ text: body }) => ({ series: readFluxCsv(body), remarks: [] }),
      },
    ],
  };
}

export function fluxQuestion(text: string, org: string | undefined): HttpQuestion {
  const { body, headers } = asJson({
    query: text,
    type: 'flux',
    dialect: { header: true, delimiter: ',', annotations: ['datatype', 'group', 'default'] },
  });
  return {
    method: 'POST',
    path: 'api/v2/query',
    ...(org === undefined ? {} : { search: { org } }),
    tellable: ['org'],
    body: body!,
    headers: { ...headers, accept: 'application/csv' },
  };
}

/** A literal that is nothing but this text. */
export function fluxText(value: string): string {
  const escaped = value
    .replaceAll('\\', '\\\\')
    .replaceAll('"', String.raw`\"`)
    .replaceAll('$', String.raw`\x24`) // 1.8 takes the `\${` of `$\${` for an expression
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\r', String.raw`\r`);
  return `"${escaped}"`;
}

function checkFlux(text: string): void {
  const imported = [...text.matchAll(/\bimport\s+(?:\w+\s+)?"([^"]*)"/g)].map(([, name]) => name!);
  const foreign = imported.find((name) => !PURE.has(name));
  if (foreign !== undefined) {
    const known = [...PURE].join(', ');
    throw invalid(`a query of influxdb may not import "${foreign}", only ${known}`);
  }
  const bare = text.replaceAll(/"(?:\\[^]|[^"\\])*"/g, '""');
  if (WRITES.test(bare)) throw invalid('a query of influxdb may only read: leave out to()');
  if (!/\bfrom\s*\(/.test(bare)) throw invalid('"flux" must begin with from(bucket: "...")');
}

function invalid(text: string): Fault {
  return new Fault('invalid-query', text);
}
