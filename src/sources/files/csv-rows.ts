import { Fault } from '../../errors.ts';
import type { TextFile } from './text-file.ts';

export type Delimiter = ',' | ';' | '\t' | '|';

const DELIMITERS: readonly Delimiter[] = [',', ';', '\t', '|'];

/** The one that a header has most of, outside quotes. */
export function delimiterOf(header: string): Delimiter {
  const bare = header.replaceAll(/"[^"]*"/g, '');
  const count = (delimiter: Delimiter) => bare.split(delimiter).length;
  return DELIMITERS.toSorted((a, b) => count(b) - count(a))[0]!;
}

/**
 * Reads CSV by RFC 4180 (quotes, doubled quotes, delimiters and line breaks in quotes), row by row; blank rows are
 * left out. Fault `invalid-request` with the line where a quote is out of place.
 *
 * @param take gets the cells, and the line on which the row begins
 */
export async function eachRow(
  file: TextFile,
  delimiter: Delimiter,
  take: (cells: string[], line: number) => void,
): Promise<void> {
  let open: { text: string; line: number } | undefined;
  const end = (text: string, line: number) => {
    const cells = text.includes('"') ? splitQuoted(text, delimiter) : splitPlain(text, delimiter);
    if (cells === undefined) throw badQuote(line);
    if (cells.some((cell) => cell !== '')) take(cells, line);
  };
  await file.eachLine((text, line) => {
    if (open === undefined && !text.includes('"')) return end(text, line);
    const whole = open === undefined ? text : `${open.text}\n${text}`;
    const begin = open?.line ?? line;
    // a quote that is open to the end of a huge file would hold all of it
    if (whole.length > MAX_ROW_LENGTH) throw badQuote(begin);
    open = hasOpenQuote(whole) ? { text: whole, line: begin } : undefined;
    if (open === undefined) end(whole, begin);
  });
  if (open !== undefined) throw badQuote(open.line);
}

const MAX_ROW_LENGTH = 16 * 1024 * 1024;

function hasOpenQuote(text: string): boolean {
  return text.split('"').length % 2 === 0;
}

/** Cells of one row that is on one line. */
export function cellsOf(line: string, delimiter: Delimiter): string[] {
  return splitQuoted(line, delimiter) ?? splitPlain(line, delimiter);
}

function splitPlain(text: string, delimiter: Delimiter): string[] {
  return text.split(delimiter).map((cell) => cell.trim());
}

function splitQuoted(text: string, delimiter: Delimiter): string[] | undefined {
  const cells: string[] = [];
  let at = 0;
  while (at <= text.length) {
    if (text[at] !== '"') {
      const end = text.indexOf(delimiter, at);
      const cell = text.slice(at, end === -1 ? text.length : end);
      if (cell.includes('"')) return undefined;
      cells.push(cell.trim());
      at += cell.length + 1;
      continue;
    }
    const [whole, cell] = QUOTED.exec(text.slice(at)) ?? [];
    if (whole === undefined) return undefined;
    cells.push(cell!.replaceAll('""', '"'));
    at += whole.length;
    if (at < text.length && text[at] !== delimiter) return undefined;
    at += 1;
  }
  return cells;
}

const QUOTED = /^"((?:[^"]|"")*)"/;

function badQuote(line: number): Fault {
  return new Fault(
    'invalid-request',
    `line ${line} is no CSV: a quote is out of place; double the quotes in a quoted cell`,
  );
}
