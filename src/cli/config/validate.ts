import { YamlMistake, type TextPlace } from '../../contract/read-yaml.ts';
import { toFault, type Violation } from '../../errors.ts';
import { createConfigClient } from '../server/config-client.ts';
import { readServerOptions, SERVER_OPTIONS } from '../server/server-options.ts';
import { NO_VERDICT } from '../exit-codes.ts';
import { parseWords, usageFault } from '../parse-options.ts';
import { note } from '../terminal.ts';
import { withoutControls } from '../../report/text.ts';
import { checkConfigOffline } from './check-offline.ts';
import { readLocated, type Located } from './read-located.ts';

const OPTIONS = { ...SERVER_OPTIONS, output: { type: 'string' } } as const;

type Placed = Violation & TextPlace;

interface FileReport {
  file: string;
  valid: boolean;
  violations: Placed[];
  warnings: Placed[];
}

/** What has been found of a document, whoever looked. */
type Check = (
  document: unknown,
  file: string,
) => Promise<{ violations: Violation[]; warnings: Violation[] }>;

/** Tells what is wrong with each file; 3 where anything is. */
export async function validateFiles(args: string[]): Promise<number> {
  const { words: files, values } = parseWords('config', OPTIONS, args);
  const { output = 'text' } = values;
  if (files.length === 0) throw usageFault('a file is needed', 'canary config');
  if (output !== 'text' && output !== 'json')
    throw usageFault(`--output got "${output}", where text or json is needed`, 'canary config');
  const check = await checkerOf(values);
  const reports: FileReport[] = [];
  for (const file of files) reports.push(await validateFile(file, check));
  const valid = reports.every((report) => report.valid);
  process.stdout.write(
    output === 'json' ? `${JSON.stringify({ valid, files: reports }, null, 2)}\n` : inText(reports),
  );
  return valid ? 0 : NO_VERDICT;
}

async function checkerOf(options: Parameters<typeof readServerOptions>[0]): Promise<Check> {
  if (options.server === undefined) return checkConfigOffline;
  const onRetry = (why: string) => note(`canary: ${why}; trying again`);
  const client = createConfigClient({ ...(await readServerOptions(options)), onRetry });
  return (document) => client.validate(document);
}

async function validateFile(file: string, check: Check): Promise<FileReport> {
  let located: Located;
  try {
    located = await readLocated('config', file);
  } catch (error) {
    const { line, column } = error instanceof YamlMistake ? error.place : { line: 1, column: 1 };
    const mistake = { pointer: '', message: toFault(error).message, line, column };
    return { file, valid: false, violations: [mistake], warnings: [] };
  }
  const place = (one: Violation): Placed => ({ ...one, ...located.placeOf(one.pointer) });
  const { violations, warnings } = await check(located.value, file);
  return {
    file,
    valid: violations.length === 0,
    violations: violations.map(place).sort(byPlace),
    warnings: warnings.map(place).sort(byPlace),
  };
}

function byPlace(a: Placed, b: Placed): number {
  return a.line - b.line || a.column - b.column;
}

/** `FILE:LINE:COLUMN: error: ...`, as compilers write it, so that editors and CI find the place. */
function inText(reports: readonly FileReport[]): string {
  return reports
    .flatMap(({ file, valid, violations, warnings }) => [
      ...violations.map((one) => lineOf(file, 'error', one)),
      ...warnings.map((one) => lineOf(file, 'warning', one)),
      valid ? `${file}: valid` : `${file}: not valid`,
    ])
    .map((line) => `${withoutControls(line)}\n`)
    .join('');
}

function lineOf(file: string, level: string, { pointer, message, line, column }: Placed): string {
  return `${file}:${line}:${column}: ${level}: ${`${pointer} ${message}`.trim()}`;
}
