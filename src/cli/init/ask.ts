import { createInterface } from 'node:readline/promises';
import { note } from '../terminal.ts';

/** Questions to a person; where nobody can answer, the answer is what was proposed. */
export interface Asker {
  /** Undefined where nobody answers and nothing is proposed. */
  ask(question: string, proposed?: string): Promise<string | undefined>;
  confirm(question: string): Promise<boolean>;
  close(): void;
}

/** On a terminal, unless `--yes` was said; questions go to stderr, as stdout is for results. */
export function createAsker(isPlain: boolean): Asker {
  if (isPlain || !process.stdin.isTTY || !process.stderr.isTTY) {
    return {
      ask: async (_question, proposed) => proposed,
      confirm: async () => true,
      close: () => {},
    };
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answerTo = async (text: string) => (await lines.question(text)).trim();
  return {
    async ask(question, proposed) {
      for (;;) {
        const shown = proposed === undefined ? '' : ` [${proposed}]`;
        const answer = (await answerTo(`${question}${shown}: `)) || proposed;
        if (answer !== undefined) return answer;
        note('an answer is needed; Ctrl+C ends');
      }
    },
    async confirm(question) {
      return !/^no?$/i.test(await answerTo(`${question} [Y/n] `));
    },
    close: () => lines.close(),
  };
}
