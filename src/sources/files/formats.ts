import { Fault } from '../../errors.ts';
import { readJsonSeries } from './json-series.ts';
import { isGatling, isGatlingBinary, readGatling } from './load-tests/gatling.ts';
import { isHey, readHey } from './load-tests/hey.ts';
import { isJmeterCsv, readJmeterCsv } from './load-tests/jmeter-csv.ts';
import { isJmeterXml, readJmeterXml } from './load-tests/jmeter-xml.ts';
import { isK6Csv, isK6Json, readK6Csv, readK6Json } from './load-tests/k6.ts';
import type { LoadTest } from './load-tests/load-test.ts';
import { isLocust, readLocust } from './load-tests/locust.ts';
import {
  isVegetaBinary,
  isVegetaCsv,
  isVegetaJson,
  readVegetaCsv,
  readVegetaJson,
} from './load-tests/vegeta.ts';
import { isWrk, readWrk } from './load-tests/wrk.ts';
import type { SeriesByMetric } from './place-points.ts';
import { isTable, readTable, type TableOptions } from './table.ts';
import { openTextFile, type TextFile } from './text-file.ts';

/** What a file holds: series as they are, or a load test to be put into steps. */
export type FileContent = { series: SeriesByMetric } | { test: LoadTest };

interface FileFormat {
  /** Whether a file that begins so is in this form. */
  fits(head: readonly string[]): boolean;
  read(file: TextFile, options: TableOptions): Promise<FileContent>;
}

const loadTest =
  (read: (file: TextFile) => Promise<LoadTest>): FileFormat['read'] =>
  async (file) => ({ test: await read(file) });

/** By their names for `--format`; the first that fits is taken, so that the more special ones stand first. */
const FORMATS: Readonly<Record<string, FileFormat>> = {
  'jmeter-csv': { fits: isJmeterCsv, read: loadTest(readJmeterCsv) },
  'jmeter-xml': { fits: isJmeterXml, read: loadTest(readJmeterXml) },
  'k6-csv': { fits: isK6Csv, read: loadTest(readK6Csv) },
  'k6-json': { fits: isK6Json, read: loadTest(readK6Json) },
  locust: { fits: isLocust, read: loadTest(readLocust) },
  'vegeta-csv': { fits: isVegetaCsv, read: loadTest(readVegetaCsv) },
  'vegeta-json': { fits: isVegetaJson, read: loadTest(readVegetaJson) },
  hey: { fits: isHey, read: loadTest(readHey) },
  gatling: { fits: isGatling, read: loadTest(readGatling) },
  wrk: { fits: isWrk, read: loadTest(readWrk) },
  csv: {
    fits: isTable,
    read: async (file, options) => ({ series: await readTable(file, options) }),
  },
  json: {
    fits: ([line = '']) => /^\s*[{[]/.test(line),
    read: async (file) => ({ series: await readJsonSeries(file) }),
  },
};

export const FORMAT_NAMES: readonly string[] = Object.keys(FORMATS);

/**
 * Reads a file of the command line in the form that its content gives away, or that is named. Faults
 * `invalid-request`: what was found, on which line, and what to do; what the file system says is thrown as it is.
 */
export async function readDataFile(
  path: string,
  { format, ...options }: TableOptions & { format?: string | undefined },
): Promise<FileContent> {
  const file = await openTextFile(path);
  const found =
    format ?? FORMAT_NAMES.find((name) => !file.isBinary && FORMATS[name]!.fits(file.head));
  if (found === undefined) throw unknownForm(file);
  if (!Object.hasOwn(FORMATS, found)) {
    throw new Fault(
      'invalid-request',
      `there is no format "${found}": use one of ${FORMAT_NAMES.join(', ')}`,
    );
  }
  return FORMATS[found]!.read(file, options);
}

function unknownForm({ head, isBinary }: TextFile): Fault {
  if (isGatlingBinary(head)) {
    const why = 'is the binary log of a newer Gatling, which only Gatling reads';
    return new Fault(
      'invalid-request',
      `${why}: run the test with 3.10, or let Gatling write to Graphite and judge that`,
    );
  }
  if (isVegetaBinary(head)) {
    return new Fault(
      'invalid-request',
      'holds results in vegeta\'s own binary form: give what "vegeta encode" makes of it',
    );
  }
  if (isBinary)
    return new Fault(
      'invalid-request',
      'is no text: give CSV, JSON, or what a load test has written',
    );
  if (head.length === 0)
    return new Fault('invalid-request', 'is empty: was the test run, and the file written?');
  const begin = JSON.stringify(head[0]!.slice(0, 60));
  return new Fault(
    'invalid-request',
    `begins with ${begin}, which no known form does: a table needs a header with a column "time"; or name its form with --format (${FORMAT_NAMES.join(', ')})`,
  );
}
