import { createInterface } from 'node:readline/promises';
import { Fault } from '../../errors.ts';
import { note } from '../terminal.ts';

/** Questions to a person; where nobody can answer, the answer is what was proposed. */
export interface Asker {
  /** Undefined where nobody answers and nothing is proposed. */
  ask(question: string, proposed?: string): Promise<string | undefined>;
  confirm(question: string): Promise<boolean>;
  /** What is not done unless somebody wants it. */
  offer(question: string): Promise<boolean>;
  /** One of several, best first; where nobody can answer, the first, with the others told. */
  choose<T>(question: string, ways: readonly T[], tell: (way: T) => string): Promise<T>;
}

/** On a terminal, unless `--yes` was said; questions go to stderr, as stdout is for results. */
export function createAsker(isPlain: boolean): Asker {
  if (isPlain || !process.stdin.isTTY || !process.stderr.isTTY) {
    return {
      ask: async (_question, proposed) => proposed,
      confirm: async () => true,
      offer: async () => false,
      async choose(_question, ways, tell) {
        if (ways.length > 1) {
          note(`canary: taken: ${tell(ways[0]!)}`);
          for (const other of ways.slice(1)) note(`canary: also possible: ${tell(other)}`);
        }
        return ways[0]!;
      },
    };
  }
  return {
    async ask(question, proposed) {
      const shown = proposed === undefined ? '' : ` [${proposed}]`;
      for (;;) {
        const answer = (await answerTo(`${question}${shown}: `)) || proposed;
        if (answer !== undefined) return answer;
        note('an answer is needed; Ctrl+C ends');
      }
    },
    async choose(question, ways, tell) {
      if (ways.length === 1) return ways[0]!;
      for (const [index, way] of ways.entries()) note(`  ${index + 1}  ${tell(way)}`);
      for (;;) {
        const answer = Number((await answerTo(`${question} [1] `)) || '1');
        const way = ways[answer - 1];
        if (way !== undefined) return way;
        note(`a number from 1 to ${ways.length} is needed; Ctrl+C ends`);
      }
    },
    async confirm(question) {
      return !/^no?$/i.test(await answerTo(`${question} [Y/n] `));
    },
    async offer(question) {
      return /^y(es)?$/i.test(await answerTo(`${question} [y/N] `));
    },
  };
}

/** One question; the terminal is read only while it is open, so that what is typed before waits for it. */
async function answerTo(text: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const gone = new Promise<never>((_, reject) => {
    lines.once('close', () => {
      reject(new Fault('cancelled', 'nobody answers: nothing is written'));
    });
  });
  try {
    return (await Promise.race([lines.question(text), gone])).trim();
  } finally {
    gone.catch(() => undefined); // closing it is the end of every question
    lines.close();
  }
}
