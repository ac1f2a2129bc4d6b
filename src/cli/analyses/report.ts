import { writeFile } from 'node:fs/promises';
import { parse } from 'node:path';
import { Fault } from '../../errors.ts';
import type { Command } from '../command.ts';
import { parseSubject, usageFault } from '../parse-options.ts';
import type { ApiClient } from '../server/api-client.ts';
import { SERVER_OPTIONS } from '../server/server-options.ts';
import { connect, SERVER_HELP } from './connect.ts';
import { pageNumbers, stylesheetOf, toFile } from './report-file.ts';

const OPTIONS = { html: { type: 'string' }, ...SERVER_OPTIONS } as const;

export const reportCommand: Command = {
  help: `Usage: canary report ID --html FILE [OPTIONS]

Saves the report of an analysis as HTML that opens from disk, without the server: one file, and one more for each further
page of a report of very many metrics, as FILE-2 and so on.

  --html FILE          where to

${SERVER_HELP}

Exit codes: 0 saved, 3 there is no such report, or it could not be written.
`,
  async run(args) {
    const what = 'the id of an analysis';
    const { subject: id, values } = parseSubject('report', what, OPTIONS, args);
    if (values.html === undefined) throw usageFault('--html FILE is needed', 'canary report');
    const { client, server } = await connect(values);
    for (const file of await saveReport(id, values.html, { client, server })) {
      process.stdout.write(`${file}\n`);
    }
    return 0;
  },
};

/** Writes every page of the report; resolves with the files. */
async function saveReport(
  id: string,
  file: string,
  { client, server }: { client: ApiClient; server: string },
): Promise<string[]> {
  const readPage = (number: number) =>
    client.readText(
      `to show the report of analysis ${id}`,
      `/analyses/${encodeURIComponent(id)}?page=${number}`,
    );
  const first = await readPage(1);
  const sheet = stylesheetOf(first);
  if (sheet === undefined) {
    const why = `server ${server} answered something that is no report: check the address`;
    throw new Fault('source-answer', why);
  }
  const style = await client.readText('the style sheet of its pages', sheet);
  const nameOf = (number: number) => {
    const { name, ext } = parse(file);
    return number === 1 ? `${name}${ext}` : `${name}-${number}${ext}`;
  };
  const files: string[] = [];
  for (const number of pageNumbers(first)) {
    const page = number === 1 ? first : await readPage(number);
    const { dir } = parse(file);
    const path = `${dir === '' ? '' : `${dir}/`}${nameOf(number)}`;
    await write(path, toFile(page, { server, style, nameOf }));
    files.push(path);
  }
  return files;
}

async function write(path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content);
  } catch (thrown) {
    const why = `the report cannot be written to "${path}": ${(thrown as Error).message}`;
    throw new Fault('invalid-request', why, { cause: thrown });
  }
}
