import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { didYouMean } from '../../closest.ts';
import { Fault, toFault } from '../../errors.ts';
import { usageFault } from '../parse-options.ts';
import { note } from '../terminal.ts';
import { renderStepLog, renderStepOutputs } from './github.ts';
import { renderGitlabFiles } from './gitlab.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from '../../report/markdown/markdown.ts';
import type { Outcome } from '../../report/markdown/outcome.ts';

const FORMATS = ['text', 'json', 'markdown', 'junit', 'github', 'gitlab'] as const;
type Format = (typeof FORMATS)[number];

/** Options of every command that ends with a judgement. */
export const OUTPUT_OPTIONS = {
  output: { type: 'string', multiple: true },
  json: { type: 'boolean' },
} as const;

export const OUTPUT_HELP = `  --output FORMAT[=FILE]    text, json, markdown or junit, to stdout or to a file; github (annotations, step summary and
                            outputs of Actions); gitlab[=DIRECTORY] (JUnit, dotenv, link, metrics); repeatable
  --json                    short for --output json`;

/** One way to show the result. */
export interface Output {
  format: Format;
  /** A directory for `gitlab`; absent = stdout. */
  file?: string;
}

/** How a command has ended, with what only it can say. */
export interface Result {
  outcome: Outcome;
  text: string;
  /** The document of `--output json`. */
  json: unknown;
}

/** What `--output` and `--json` ask for; one of them at most goes to stdout. */
export function readOutputs(
  { output = [], json }: { output?: string[] | undefined; json?: boolean | undefined },
  command: string,
): Output[] {
  const outputs = [...output, ...(json === true ? ['json'] : [])].map((text) =>
    readOutput(text, command),
  );
  const shown = outputs.filter(takesStdout);
  if (shown.length > 1) {
    const formats = shown.map(({ format }) => format).join(' and ');
    throw usageFault(`${formats} cannot both go to stdout: give one a file, FORMAT=FILE`, command);
  }
  return shown.length === 1 ? outputs : [{ format: 'text' }, ...outputs];
}

function readOutput(text: string, command: string): Output {
  const [name = '', ...rest] = text.split('=');
  const file = rest.join('=');
  const format = FORMATS.find((known) => known === name);
  if (format === undefined) {
    const hint = didYouMean(name, FORMATS) || `, where one of ${FORMATS.join(', ')} is needed`;
    throw usageFault(`--output got "${name}"${hint}`, command);
  }
  if (rest.length > 0 && (file === '' || format === 'github')) {
    const why = format === 'github' ? 'takes no file: Actions names them' : 'names no file';
    throw usageFault(`--output ${text} ${why}`, command);
  }
  return { format, ...(file === '' ? {} : { file }) };
}

function takesStdout({ format, file }: Output): boolean {
  return format !== 'gitlab' && file === undefined;
}

/** Writes the result in every way that was asked for. */
export async function publish(outputs: readonly Output[], result: Result): Promise<void> {
  for (const output of outputs) await publishOne(output, result);
}

/**
 * For a command that ends without any result: pipelines read the files also then. The message itself goes to stderr
 * with all others.
 */
export async function publishFault(
  outputs: readonly Output[],
  { thrown, ...known }: Pick<Outcome, 'subject' | 'id' | 'reportUrl'> & { thrown: unknown },
): Promise<void> {
  const { code, message, retryable } = toFault(thrown);
  const failure = { code, message, retryable };
  const outcome: Outcome = { ...known, state: 'failed', failure };
  const silent: Format[] = ['text', 'json'];
  await publish(
    outputs.filter(({ format }) => !silent.includes(format)),
    { outcome, text: '', json: null },
  );
}

async function publishOne({ format, file }: Output, result: Result): Promise<void> {
  const { outcome, text, json } = result;
  if (format === 'github') return publishToActions(outcome, text);
  if (format === 'gitlab') return writeFiles(file ?? '.', renderGitlabFiles(outcome));
  const render = {
    text: () => text,
    json: () => renderJson(json),
    markdown: () => renderMarkdown(outcome),
    junit: () => renderJunit(outcome),
  };
  const content = render[format]();
  if (file === undefined) process.stdout.write(content);
  else await naming(file, () => writeFile(file, content));
}

async function publishToActions(outcome: Outcome, text: string): Promise<void> {
  process.stdout.write(renderStepLog(outcome, text, randomUUID()));
  await append('GITHUB_STEP_SUMMARY', renderMarkdown(outcome));
  await append('GITHUB_OUTPUT', renderStepOutputs(outcome, randomUUID()));
}

async function append(variable: string, content: string): Promise<void> {
  const file = process.env[variable];
  if (file) await naming(file, () => appendFile(file, content));
  else note(`canary: ${variable} is not set, as outside of GitHub Actions: nothing written there`);
}

async function writeFiles(directory: string, files: Record<string, string>): Promise<void> {
  await naming(directory, () => mkdir(directory, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name);
    await naming(path, () => writeFile(path, content));
  }
}

async function naming(file: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (thrown) {
    const why = (thrown as Error).message;
    throw new Fault('invalid-request', `the output cannot be written to "${file}": ${why}`, {
      cause: thrown,
    });
  }
}
