import { toFault } from '../errors.ts';
import type { Warning } from '../model/warning.ts';
import { withoutControls } from '../report/text.ts';

/** Shows a fault on stderr: one line, and one for each broken rule. */
export function printFault(thrown: unknown): void {
  const { message, violations } = toFault(thrown);
  note(`canary: ${message.replaceAll(/\s+/g, ' ')}`);
  for (const violation of violations)
    note(`  ${violation.pointer || '(top)'}: ${violation.message}`);
}

/** What was accepted and may mean something else than it says. */
export function noteWarnings(warnings: readonly Warning[] = []): void {
  for (const { pointer, message } of warnings) note(`canary: warning: ${pointer} ${message}`);
}

/** A line beside the result; never on stdout, which is for results. */
export function note(line: string): void {
  process.stderr.write(`${withoutControls(line)}\n`);
}

/** Whether results on stdout may carry colour: FORCE_COLOR says it, else a terminal that is not told NO_COLOR. */
export function hasColour(): boolean {
  const forced = process.env['FORCE_COLOR'];
  if (forced) return forced !== '0' && forced !== 'false';
  return process.stdout.isTTY && process.stdout.hasColors();
}

/** Below it nothing could be read. */
const LEAST_COLUMNS = 20;

/** How wide a terminal is: COLUMNS says it, else the terminal itself; undefined where neither does. */
export function widthOf(stream: { columns?: number }): number | undefined {
  const told = Number(process.env['COLUMNS'] || Number.NaN);
  return Number.isInteger(told) && told >= LEAST_COLUMNS ? told : stream.columns || undefined; // a terminal that nobody has sized has none
}

/** `canary ... | head` is no error: what nobody reads any more is dropped, and the exit code stays. */
export function quietClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
