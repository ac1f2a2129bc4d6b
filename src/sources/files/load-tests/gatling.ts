import { Fault } from '../../../errors.ts';
import type { TextFile } from '../text-file.ts';
import type { LoadTest } from './load-test.ts';
import { createRequestSteps } from './request-steps.ts';

export function isGatling([line = '']: readonly string[]): boolean {
  return /^(?:RUN|ASSERTION)\t/.test(line);
}

/** Newer ones write records of bytes: 0 for the run, then the version as a counted text. */
export function isGatlingBinary([line = '']: readonly string[]): boolean {
  return (
    /^\0\0\0\0.\d+\.\d+/.test(line) ||
    (/simulation/i.test(line.slice(0, 200)) && line.startsWith('\0'))
  );
}

/**
 * `simulation.log` as text, of Gatling up to 3.10. Columns have come and gone before the begin of a request, so
 * that it is found by what stands together: begin, end, `OK` or `KO`.
 */
export async function readGatling(file: TextFile): Promise<LoadTest> {
  const steps = createRequestSteps();
  await file.eachLine((text, line) => {
    if (!text.startsWith('REQUEST\t')) return;
    const cells = text.split('\t');
    const at = cells.findIndex((cell, i) => i > 2 && (cell === 'OK' || cell === 'KO'));
    const [begin, end] = [Number(cells[at - 2] || NaN), Number(cells[at - 1] || NaN)];
    if (at === -1 || Number.isNaN(begin) || Number.isNaN(end)) {
      throw new Fault(
        'invalid-request',
        `line ${line} is no request with begin, end and OK or KO; was the file cut off? delete the line`,
      );
    }
    steps.add(begin, end - begin, cells[at] === 'KO', line);
  });
  return steps.finish({ what: 'simulation.log' });
}
