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

/** Whether results on stdout may carry colour: a terminal that is not told NO_COLOR. */
export function hasColour(): boolean {
  return process.stdout.isTTY && process.stdout.hasColors();
}

/** `canary ... | head` is no error: what nobody reads any more is dropped, and the exit code stays. */
export function quietClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
