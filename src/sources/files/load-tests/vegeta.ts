import { Fault } from '../../../errors.ts';
import { eachRow } from '../csv-rows.ts';
import type { TextFile } from '../text-file.ts';
import { timeReader } from '../time-text.ts';
import type { LoadTest } from './load-test.ts';
import { createRequestSteps } from './request-steps.ts';

/** Time of begin in nanoseconds, status, latency in nanoseconds, bytes out and in. */
const CSV = /^\d{16,20},\d{1,3},\d+,\d+,\d+,/;

export function isVegetaCsv([line = '']: readonly string[]): boolean {
  return CSV.test(line);
}

/** What `vegeta encode -to csv` writes: no header, times and latencies in nanoseconds. */
export async function readVegetaCsv(file: TextFile): Promise<LoadTest> {
  const results = collectResults();
  await eachRow(file, ',', ([at, code, latency, , , error = ''], line) =>
    results.add(
      { at: Number(at) / 1e6, code: Number(code), latencyNs: Number(latency ?? NaN), error },
      line,
    ),
  );
  return results.finish();
}

export function isVegetaJson([line = '']: readonly string[]): boolean {
  return line.startsWith('{') && line.includes('"latency":') && line.includes('"seq":');
}

/** What `vegeta encode` writes: a JSON object for each request. */
export async function readVegetaJson(file: TextFile): Promise<LoadTest> {
  const results = collectResults();
  const readTime = timeReader(0);
  await file.eachLine((text, line) => {
    if (text === '') return;
    const { timestamp, code, latency, error } = parseLine(text, line);
    const at = readTime(String(timestamp)) ?? NaN;
    results.add(
      {
        at,
        code: Number(code),
        latencyNs: Number(latency),
        error: typeof error === 'string' ? error : '',
      },
      line,
    );
  });
  return results.finish();
}

function parseLine(text: string, line: number): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw new Fault(
      'invalid-request',
      `line ${line} is no JSON; was the file cut off? delete the line`,
      { cause },
    );
  }
}

/** Vegeta's own results are Go's binary form. */
export function isVegetaBinary(head: readonly string[]): boolean {
  return head.some(
    (line) =>
      line.includes('\0') && /Result[^]*Attack[^]*Seq[^]*Code/.test(head.join('\n').slice(0, 2000)),
  );
}

function collectResults() {
  const steps = createRequestSteps();
  return {
    add(
      {
        at,
        code,
        latencyNs,
        error,
      }: { at: number; code: number; latencyNs: number; error: string },
      line: number,
    ): void {
      if ([at, code, latencyNs].some(Number.isNaN)) {
        throw new Fault(
          'invalid-request',
          `line ${line} has no time, code or latency as vegeta writes them; encode the results again`,
        );
      }
      // as vegeta counts successes
      steps.add(at, latencyNs / 1e6, error !== '' || code < 200 || code >= 400, line);
    },
    finish: () => steps.finish({ what: 'vegeta' }),
  };
}
