import { Fault } from '../../../errors.ts';
import { cellsOf, delimiterOf, eachRow } from '../csv-rows.ts';
import type { TextFile } from '../text-file.ts';
import { timeReader } from '../time-text.ts';
import type { LoadTest } from './load-test.ts';
import { createRequestSteps } from './request-steps.ts';

/** What a transaction controller writes about the requests in it, which have lines of their own. */
const TRANSACTION = /^Number of samples in transaction : /;

export function isJmeterCsv([header = '']: readonly string[]): boolean {
  const names = cellsOf(header, delimiterOf(header));
  return names.includes('timeStamp') && names.includes('elapsed');
}

/** A JTL as JMeter writes it by default: a line for each sample, times in epoch milliseconds or formatted. */
export async function readJmeterCsv(file: TextFile): Promise<LoadTest> {
  const delimiter = delimiterOf(file.head[0] ?? '');
  // distances are all that counts, and a file has one zone
  const readTime = timeReader(0);
  const steps = createRequestSteps();
  let columns: Record<'timeStamp' | 'elapsed' | 'success' | 'responseMessage', number> | undefined;
  let transactions = 0;
  await eachRow(file, delimiter, (row, line) => {
    if (columns === undefined) {
      columns = readHeader(row);
      return;
    }
    if (TRANSACTION.test(row[columns.responseMessage] ?? '')) {
      transactions += 1;
      return;
    }
    const [time = '', elapsed = '', success = ''] = [
      row[columns.timeStamp],
      row[columns.elapsed],
      row[columns.success],
    ];
    const [at, latency] = [readTime(time), Number(elapsed || NaN)];
    if (at === undefined || Number.isNaN(latency) || !/^(?:true|false)$/.test(success)) {
      throw new Fault(
        'invalid-request',
        `line ${line} has timeStamp "${time}", elapsed "${elapsed}" and success "${success}", where a time, milliseconds and true or false are needed; was the file cut off? delete the line`,
      );
    }
    steps.add(at, latency, success === 'false', line);
  });
  return steps.finish({ notes: tellTransactions(transactions), what: 'the JTL' });
}

/** Also of the XML form. */
export function tellTransactions(count: number): string[] {
  return count === 0 ? [] : [`left out ${count} transactions: their requests are counted`];
}

function readHeader(names: string[]) {
  const find = (name: string) => names.indexOf(name);
  if (find('success') === -1) {
    throw new Fault(
      'invalid-request',
      'line 1 has no column "success": errors would not be seen; run JMeter with jmeter.save.saveservice.successful=true',
    );
  }
  return {
    timeStamp: find('timeStamp'),
    elapsed: find('elapsed'),
    success: find('success'),
    responseMessage: find('responseMessage'),
  };
}
