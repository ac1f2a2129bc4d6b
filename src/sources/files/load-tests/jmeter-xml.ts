import { Fault } from '../../../errors.ts';
import type { TextFile } from '../text-file.ts';
import type { LoadTest } from './load-test.ts';
import { tellTransactions } from './jmeter-csv.ts';
import { createRequestSteps } from './request-steps.ts';

const TAG = /<(\/?)(?:httpSample|sample)\b([^>]*?)(\/?)>/g;
const ATTRIBUTE = /(\w+)="([^"]*)"/g;

export function isJmeterXml(head: readonly string[]): boolean {
  return head.slice(0, 5).some((line) => line.includes('<testResults'));
}

/** What a transaction controller says of itself: its requests are its parts, or stand beside it. */
const TRANSACTION = / rm="Number of samples in transaction : /;

/** A JTL in JMeter's XML form; samples inside of a request are parts of it and are not counted again. */
export async function readJmeterXml(file: TextFile): Promise<LoadTest> {
  const steps = createRequestSteps();
  /** Of each element that is open, whether it is a request. */
  const within: boolean[] = [];
  let transactions = 0;
  let open = '';
  await file.eachLine((text, line) => {
    const whole = open + text;
    // a tag may go over lines; everything before its begin has been read
    const begin = whole.lastIndexOf('<');
    const isCut = begin > whole.lastIndexOf('>');
    open = isCut ? `${whole.slice(begin)} ` : '';
    for (const [, end, attributes = '', isEmpty] of (isCut
      ? whole.slice(0, begin)
      : whole
    ).matchAll(TAG)) {
      if (end === '/') {
        within.pop();
        continue;
      }
      const isTransaction = TRANSACTION.test(attributes);
      if (isTransaction) transactions += 1;
      else if (!within.includes(true)) addSample(attributes, line);
      if (isEmpty === '') within.push(!isTransaction);
    }
  });
  return steps.finish({ notes: tellTransactions(transactions), what: 'the JTL' });

  function addSample(text: string, line: number): void {
    const given = Object.fromEntries(
      [...text.matchAll(ATTRIBUTE)].map(([, name, value]) => [name!, value!] as const),
    );
    const [at, elapsed] = [Number(given['ts'] || NaN), Number(given['t'] || NaN)];
    if (Number.isNaN(at) || Number.isNaN(elapsed) || given['s'] === undefined) {
      throw new Fault(
        'invalid-request',
        `line ${line} has a sample without ts, t or s: save time stamp, elapsed time and success in JMeter`,
      );
    }
    steps.add(at, elapsed, given['s'] !== 'true', line);
  }
}
