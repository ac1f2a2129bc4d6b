import { parseArgs, type ParseArgsConfig, type ParseArgsOptionsConfig } from 'node:util';
import { didYouMean } from '../closest.ts';
import { Fault } from '../errors.ts';
import { parseDuration } from '../model/time/duration.ts';
import { parseMoment } from '../model/time/moment.ts';
import { LONGEST_TIMER_MS } from '../model/time/time-limits.ts';

type Values<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Options; strict: true } & ParseArgsConfig>
>['values'];

/** Reads the options of `canary COMMAND`; anything it does not know is refused with a suggestion. */
export function parseOptions<Options extends ParseArgsOptionsConfig>(
  command: string,
  options: Options,
  args: string[],
): Values<Options> {
  refuseUnknown(command, Object.keys(options), args, options);
  try {
    return parseArgs({ args, options, strict: true }).values;
  } catch (error) {
    const sentence = (error as Error).message.split('\n')[0]!.replace(/\.$/, '');
    throw usageFault(sentence[0]!.toLowerCase() + sentence.slice(1), `canary ${command}`);
  }
}

/**
 * The same for a command that is about one thing, which stands alone, before or after the options.
 *
 * @param what it is, for the message without it
 */
export function parseSubject<Options extends ParseArgsOptionsConfig>(
  command: string,
  what: string,
  options: Options,
  args: string[],
): { subject: string; values: Values<Options> } {
  const { tokens } = parseArgs({ args, options, strict: false, tokens: true });
  const first = tokens.find((token) => token.kind === 'positional');
  const rest = first === undefined ? args : args.toSpliced(first.index, 1);
  const values = parseOptions(command, options, rest);
  if (first !== undefined && first.value !== '') return { subject: first.value, values };
  throw usageFault(`${what} is needed`, `canary ${command}`);
}

/** The same for a command whose inputs are words, such as files, in any order with its options. */
export function parseWords<Options extends ParseArgsOptionsConfig>(
  command: string,
  options: Options,
  args: string[],
): { words: string[]; values: Values<Options> } {
  const { tokens } = parseArgs({ args, options, strict: false, tokens: true });
  const words = tokens.filter((token) => token.kind === 'positional');
  const places = new Set(words.map(({ index }) => index));
  const rest = args.filter((_, index) => !places.has(index));
  return { words: words.map(({ value }) => value), values: parseOptions(command, options, rest) };
}

/** Node's own messages lack the suggestion. */
function refuseUnknown(
  command: string,
  known: string[],
  args: string[],
  options: ParseArgsOptionsConfig,
): void {
  const { tokens } = parseArgs({ args, options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'positional') {
      throw usageFault(
        `"${token.value}" stands alone: every input has an option`,
        `canary ${command}`,
      );
    }
    if (token.kind === 'option' && !known.includes(token.name)) {
      const suggestion = didYouMean(token.name, known).replace('"', '"--');
      throw usageFault(`there is no option "${token.rawName}"${suggestion}`, `canary ${command}`);
    }
  }
}

/** For a word that must be one of these, such as the action of a command. */
export function unknownWord(word: string, known: readonly string[], command: string): Fault {
  const wanted = `${known.map((name) => `"${name}"`).join(' or ')} is needed`;
  if (word === '' || word.startsWith('-')) return usageFault(wanted, command);
  const hint = didYouMean(word, known) || `: ${wanted}`;
  return usageFault(`there is no "${command} ${word}"${hint}`, command);
}

/** Wrong usage, with where to read on. */
export function usageFault(message: string, command: string): Fault {
  const end = message.endsWith('?') ? ' See' : '; see';
  return new Fault('invalid-request', `${message}${end} "${command} --help"`);
}

/** `NAME=VALUE` options as a map; the value may hold further equals signs. */
export function readAssignments(option: string, texts: readonly string[]): [string, string][] {
  return texts.map((text) => {
    const at = text.indexOf('=');
    if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
    throw new Fault('invalid-request', `--${option} got "${text}", where NAME=VALUE is needed`);
  });
}

export function readScore(option: string, text: string): number {
  const score = Number(text);
  const isShare = score > 0 && score <= 1;
  if (text.trim() !== '' && score >= 0 && score <= 100 && !isShare) return score;
  if (isShare) {
    const why = `got ${text}, but scores go from 0 to 100`;
    throw new Fault('invalid-request', `--${option} ${why}; did you mean ${score * 100}?`);
  }
  throw new Fault('invalid-request', `--${option} got "${text}", where 0 to 100 is needed`);
}

const UNIT_WORDS: Record<string, string> = {
  s: 's|secs?|seconds?',
  m: 'm|mins?|minutes?',
  h: 'h|hrs?|hours?',
  d: 'd|days?',
};

/** What was meant by something that is nearly a duration: `30` is `30s`, `5 min` is `5m`; else undefined. */
export function nearDuration(text: string): string | undefined {
  const [, number, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  if (number === undefined) return undefined;
  if (unit === '') return `${number}s`;
  const known = Object.keys(UNIT_WORDS).find((short) =>
    new RegExp(`^(${UNIT_WORDS[short]})$`, 'i').test(unit),
  );
  return known === undefined ? undefined : number + known;
}

/** Refuses what is nearly a duration with a question; what it cannot be is left to whoever reads it. */
export function refuseNearDuration(option: string, text: string): void {
  const near = parseDuration(text) === undefined ? nearDuration(text) : undefined;
  if (near === undefined) return;
  throw new Fault('invalid-request', `--${option} got "${text}"; did you mean ${near}?`);
}

/**
 * Refuses what is nearly a moment with a question: a day, a time without its zone, seconds since 1970, `3h ago`; what
 * it cannot be is left to whoever reads it.
 */
export function refuseNearMoment(option: string, text: string): void {
  if (parseMoment(text, 0) !== undefined) return;
  const near = nearInstant(text.trim()) ?? nearRelative(text.trim());
  if (near === undefined) return;
  throw new Fault('invalid-request', `--${option} got "${text}"; did you mean ${near}?`);
}

/** `-3h`, `3 hours ago` and `now - 3h` are `now-3h`. */
function nearRelative(text: string): string | undefined {
  const [, sign = '-', length = ''] = /^(?:now)?\s*([+-])?\s*(\d.*?)(?:\s+ago)?$/i.exec(text) ?? [];
  const exact = parseDuration(length) === undefined ? nearDuration(length) : length;
  return exact === undefined ? undefined : `now${sign}${exact}`;
}

function nearInstant(text: string): string | undefined {
  const [, seconds, millis] = /^(\d{10})(\d{3})?$/.exec(text) ?? [];
  if (seconds !== undefined) {
    return new Date(Number(seconds) * 1000 + Number(millis ?? 0))
      .toISOString()
      .replace('.000Z', 'Z');
  }
  const [, day, time = '00:00', second = ':00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?)? ?(Z|[+-]\d\d:\d\d)?$/i.exec(text) ??
    [];
  if (day === undefined) return undefined;
  const whole = `${day}T${time}${second}${zone.toUpperCase()}`;
  return whole === text.toUpperCase() || Number.isNaN(Date.parse(whole)) ? undefined : whole;
}

/** In milliseconds. */
export function readDuration(option: string, text: string): number {
  refuseNearDuration(option, text);
  const ms = parseDuration(text);
  if (ms !== undefined && ms <= LONGEST_TIMER_MS) return ms;
  if (ms !== undefined) {
    throw new Fault(
      'invalid-request',
      `--${option} got "${text}", where at most 24d can be waited`,
    );
  }
  throw new Fault(
    'invalid-request',
    `--${option} got "${text}", where a duration like 90s or 1h30m is needed`,
  );
}
