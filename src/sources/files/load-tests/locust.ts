import { Fault } from '../../../errors.ts';
import { cellsOf, eachRow } from '../csv-rows.ts';
import type { TextFile } from '../text-file.ts';
import { givenQuantiles } from './latencies.ts';
import type { LoadStep, LoadTest } from './load-test.ts';

/** Locust's percentiles are those of the last ten seconds: in shorter steps the same requests would count again. */
const WINDOW_MS = 10_000;
const NEEDED = ['Timestamp', 'Name', 'Total Request Count', 'Total Failure Count'];

interface Row {
  at: number;
  requests: number;
  errors: number;
  quantiles: Map<number, number>;
}

export function isLocust([header = '']: readonly string[]): boolean {
  const names = cellsOf(header, ',');
  return names[0] === 'Timestamp' && names.includes('User Count');
}

/** `_stats_history.csv` of `locust --csv`: a line a second, with counts since the begin; only its lines of all requests. */
export async function readLocust(file: TextFile): Promise<LoadTest> {
  const rows: Row[] = [];
  let names: string[] | undefined;
  await eachRow(file, ',', (cells, line) => {
    if (names !== undefined) {
      const row = readRow(new Map(names.map((name, i) => [name, cells[i] ?? ''])), line);
      if (row !== undefined) rows.push(row);
      return;
    }
    names = cells;
    const missing = NEEDED.find((name) => !cells.includes(name));
    if (missing === undefined) return;
    throw new Fault(
      'invalid-request',
      `line 1 has no column "${missing}": take the file that ends in _stats_history.csv`,
    );
  });
  const steps = inSteps(rows);
  if (!steps.some(({ requests }) => requests > 0)) {
    throw new Fault(
      'invalid-request',
      'has no request: "Total Request Count" never grows; was the test run?',
    );
  }
  return {
    startAt: rows[0]!.at,
    stepMs: WINDOW_MS,
    length: steps.length,
    steps: (stepMs) => joined(steps, stepMs / WINDOW_MS),
    notes: [
      'Locust has no latency of single requests: slow ones are not counted, and quantiles of longer steps are means of its own',
    ],
  };
}

function readRow(record: ReadonlyMap<string, string>, line: number): Row | undefined {
  if (record.get('Name') !== 'Aggregated') return undefined;
  const number = (name: string) => Number(record.get(name) || NaN);
  const [at, requests, errors] = [
    number('Timestamp') * 1000,
    number(NEEDED[2]!),
    number(NEEDED[3]!),
  ];
  if ([at, requests, errors].some(Number.isNaN)) {
    throw new Fault(
      'invalid-request',
      `line ${line} lacks the time or the counts of requests and failures; was the file cut off? delete the line`,
    );
  }
  const quantiles = [...record].flatMap(([name, value]) => {
    const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(name) ?? [];
    return percent === undefined ? [] : [[Number(percent) / 100, Number(value || NaN)] as const];
  });
  return { at, requests, errors, quantiles: new Map(quantiles) };
}

type Step = Omit<LoadStep, 'latencies'> & Pick<Row, 'quantiles'>;

/** What came in each window; counts that fall were set back to 0 (`--reset-stats`). */
function inSteps(rows: readonly Row[]): Step[] {
  const steps: Step[] = [];
  let before: Pick<Row, 'requests' | 'errors'> = { requests: 0, errors: 0 };
  for (const row of rows) {
    const index = Math.floor((row.at - rows[0]!.at) / WINDOW_MS);
    while (steps.length <= index) steps.push({ requests: 0, errors: 0, quantiles: new Map() });
    const isReset = row.requests < before.requests;
    const step = steps[index]!;
    step.requests += row.requests - (isReset ? 0 : before.requests);
    step.errors += row.errors - (isReset ? 0 : before.errors);
    step.quantiles = row.quantiles;
    before = row;
  }
  return steps;
}

function joined(steps: readonly Step[], factor: number): LoadStep[] {
  return Array.from({ length: Math.ceil(steps.length / factor) }, (_, i) => {
    const parts = steps.slice(i * factor, (i + 1) * factor);
    return {
      requests: parts.reduce((sum, { requests }) => sum + requests, 0),
      errors: parts.reduce((sum, { errors }) => sum + errors, 0),
      latencies: givenQuantiles(parts),
    };
  });
}
