import { Fault } from '../../../errors.ts';
import { cellsOf, eachRow } from '../csv-rows.ts';
import type { TextFile } from '../text-file.ts';
import type { LoadTest } from './load-test.ts';
import { createRequestSteps } from './request-steps.ts';

export function isHey([header = '']: readonly string[]): boolean {
  const names = cellsOf(header, ',');
  return names[0] === 'response-time' && names.includes('offset');
}

/** What `hey -o csv` prints: seconds, and the offset of each request from the begin of the test. */
export async function readHey(file: TextFile): Promise<LoadTest> {
  const steps = createRequestSteps();
  const names = cellsOf(file.head[0] ?? '', ',');
  const [time, status, offset] = ['response-time', 'status-code', 'offset'].map((name) =>
    names.indexOf(name),
  ) as [number, number, number];
  await eachRow(file, ',', (row, line) => {
    if (line === 1) return;
    const [seconds, code, at] = [time, status, offset].map((i) => Number(row[i] || NaN)) as [
      number,
      number,
      number,
    ];
    if ([seconds, code, at].some(Number.isNaN)) {
      throw new Fault(
        'invalid-request',
        `line ${line} lacks response-time, status-code or offset; print the test again with hey -o csv`,
      );
    }
    steps.add(at * 1000, seconds * 1000, code < 200 || code >= 400, line);
  });
  return steps.finish({
    isRelative: true,
    notes: ['hey leaves out requests that got no answer at all: they are not among the errors'],
    what: 'hey',
  });
}
