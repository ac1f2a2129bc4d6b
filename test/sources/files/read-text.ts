import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDataFile, type FileContent } from '../../../src/sources/files/formats.ts';
import type { LoadTest } from '../../../src/sources/files/load-tests/load-test.ts';
import type { SeriesByMetric } from '../../../src/sources/files/place-points.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

type Options = Parameters<typeof readDataFile>[1];

/** Reads a file that has this content. */
export async function readContent(
  content: string | Buffer,
  options: Options = {},
): Promise<FileContent> {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'given');
  writeFileSync(path, content);
  return await readDataFile(path, options);
}

export async function readSeries(
  content: string | Buffer,
  options: Options = {},
): Promise<SeriesByMetric> {
  const read = await readContent(content, options);
  if ('series' in read) return read.series;
  throw new Error('this is a load test');
}

export async function readTest(content: string | Buffer, options: Options = {}): Promise<LoadTest> {
  const read = await readContent(content, options);
  if ('test' in read) return read.test;
  throw new Error('these are series');
}

/** What its steps hold, with some quantiles in milliseconds and the requests that took longer than 100 ms. */
export function tellSteps(test: LoadTest, stepMs = test.stepMs) {
  return test.steps(stepMs).map(({ requests, errors, latencies }) => ({
    requests,
    errors,
    p50: latencies.quantile(0.5),
    p95: latencies.quantile(0.95),
    slow: latencies.slowerThan(100),
  }));
}
