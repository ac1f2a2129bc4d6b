import { Fault, toFault } from '../../errors.ts';
import type { Side } from '../../model/scope.ts';
import { readDataFile, type FileContent } from '../../sources/files/formats.ts';
import type { LoadTest } from '../../sources/files/load-tests/load-test.ts';
import { note } from '../terminal.ts';
import type { FileOptions } from './file-options.ts';
import { unreadable } from './read-document.ts';

/** Fewer values than these tell nothing from chance. */
const LEAST_SUMMARIES = 10;

/** Reads the files of one side: one, or several summaries of load tests, of which each becomes a step. */
export async function readSide(
  side: Side,
  files: readonly string[],
  options: FileOptions,
): Promise<FileContent> {
  const contents: FileContent[] = [];
  for (const file of files) contents.push(await readNamed(side, file, options));
  const [first] = contents;
  const summaries = contents.flatMap((content) =>
    'test' in content && content.test.isSummary === true ? [content.test] : [],
  );
  if (summaries.length === 0 && contents.length === 1) return first!;
  if (summaries.length < contents.length) {
    const why =
      'several files of a side are for summaries of tests, such as those of wrk: put these into one file';
    throw new Fault('invalid-request', `${side} has ${contents.length} files; ${why}`);
  }
  if (summaries.length < LEAST_SUMMARIES) throw tooFew(side, files);
  return { test: joinSummaries(summaries) };
}

function joinSummaries(tests: readonly LoadTest[]): LoadTest {
  const steps = tests.flatMap((test) => test.steps(test.stepMs));
  return { ...tests[0]!, length: steps.length, steps: () => steps };
}

function tooFew(side: Side, files: readonly string[]): Fault {
  const example = `--${side} run1.txt --${side} run2.txt`;
  return new Fault(
    'invalid-request',
    `${side} "${files[0]}" is a summary without times, and ${files.length} of them cannot be told from chance: run each side at least ${LEAST_SUMMARIES} times, in turns, and give all (${example} ...)`,
  );
}

/** The reader knows the line, only we know the file. */
async function readNamed(side: Side, file: string, options: FileOptions): Promise<FileContent> {
  try {
    const content = await readDataFile(file, options);
    for (const text of 'test' in content ? content.test.notes : []) {
      note(`canary: ${side} "${file}": ${text}`);
    }
    return content;
  } catch (error) {
    if (error instanceof Fault) {
      const { code, message, violations } = toFault(error);
      throw new Fault(code, `${side} "${file}": ${message}`, { violations, cause: error });
    }
    throw unreadable(side, file, error);
  }
}
