import { Fault } from '../../errors.ts';

export interface CsvRow {
  /** 1-based number of the line it starts on. */
  line: number;
  cells: string[];
}

/** Reads CSV by RFC 4180 (quotes, doubled quotes, commas and line breaks in quotes); blank lines are left out. */
export function parseCsv(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  let row: CsvRow = { line: 1, cells: [] };
  let line = 1;
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length || row.cells.length > 0) {
    cell.lastIndex = at;
    const match = cell.exec(text);
    if (match === null) {
      throw new Fault(
        'invalid-request',
        `line ${line} of the file is no CSV: a quote is out of place`,
      );
    }
    const [whole, quoted, plain, end] = match;
    row.cells.push(quoted?.replaceAll('""', '"') ?? plain!.trim());
    line += whole.split('\n').length - 1;
    at += whole.length;
    if (end === ',') continue;
    if (row.cells.some((content) => content !== '')) rows.push(row);
    row = { line, cells: [] };
  }
  return rows;
}
