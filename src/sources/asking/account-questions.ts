import { Fault } from '../../errors.ts';
import type { OutboundAnswer } from '../../outbound/client.ts';
import type { HttpAsk, HttpQuestion } from './http-ask.ts';
import { describeText, parseJson, wrongAnswer } from './read-json.ts';

/** A cheap question that wants the rights of a query, so that whoever may not ask is told of it. */
export interface Probe extends HttpQuestion {
  /** Throws as a reader of series does. Unless told, what is JSON is well, and a login page is not. */
  read?(answer: OutboundAnswer): void;
}

/** One page of names that queries of a kind can name: metrics, as a rule; tables, indexes or types of events else. */
export interface NamesQuestion extends HttpQuestion {
  read(answer: OutboundAnswer): { names: string[]; next?: NamesQuestion };
}

export interface Names {
  /** Whether `match` can be asked for; a kind that would overlook it refuses it. */
  takesMatch?: true;
  /** Where names are told, when that is not where queries are; made from the account's own address. */
  url?(url: string): string;
  question(now: number, match: string | undefined): NamesQuestion;
}

/** Beyond, nobody finds anything in a list. */
const MAX_PAGES = 200;

export async function askProbe(
  server: HttpAsk,
  { read = readAnything, ...question }: Probe,
  signal: AbortSignal,
): Promise<void> {
  await server.ask({ about: 'for its health', signal }, question, read);
}

/** All pages, one after the other, each name once. Fault `invalid-request` for a `match` that the kind does not know. */
export async function askNames(
  server: HttpAsk,
  names: Names,
  { subject, kind, now }: { subject: string; kind: string; now: number },
  { match, signal }: { match: string | undefined; signal: AbortSignal },
): Promise<string[]> {
  if (match !== undefined && names.takesMatch !== true) throw unknownMatch(subject, kind);
  const found = new Set<string>();
  let question: NamesQuestion | undefined = names.question(now, match);
  for (let page = 0; question !== undefined; page += 1) {
    if (page >= MAX_PAGES) {
      throw new Fault('source-limit', `${subject} has more than ${MAX_PAGES} pages of names`, {
        subject,
      });
    }
    const { read, ...asked }: NamesQuestion = question;
    const answer: ReturnType<NamesQuestion['read']> = await server.ask(
      { about: 'for its metric names', signal },
      asked,
      read,
    );
    for (const name of answer.names) found.add(name);
    question = answer.next;
  }
  return [...found];
}

export function unknownMatch(subject: string, kind: string): Fault {
  const text = `${subject} cannot be searched with "match", which ${kind} does not know: take "filter", a part of the name`;
  return new Fault('invalid-request', text, { subject });
}

function readAnything({ text }: OutboundAnswer): void {
  if (parseJson(text) === undefined)
    throw wrongAnswer(`not JSON but ${describeText(text, 'its API')}`);
}

/** The texts of a list, which an answer of names must have. */
export function namesIn(list: unknown, what: string): string[] {
  if (!Array.isArray(list)) throw wrongAnswer(`no ${what}`);
  return list.filter((name) => typeof name === 'string');
}
