import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
} from 'yaml';
import { Fault } from '../errors.ts';

/** Where something stands in a text, both from 1. */
export interface TextPlace {
  line: number;
  column: number;
}

export interface YamlText {
  value: unknown;
  /** Where the value of a pointer (RFC 6901) begins, or its key; of what is missing, where it should stand. */
  placeOf(pointer: string): TextPlace;
}

/** A text that is no YAML, or none that is read here. */
export class YamlMistake extends Fault {
  readonly place: TextPlace;

  constructor(message: string, place: TextPlace, cause?: unknown) {
    super('invalid-request', message, { cause });
    this.place = place;
  }
}

/** How often aliases may be followed: enough to say a thing once, too few for a bomb. */
const MAX_ALIASES = 100;

/** Reads one YAML document, of which JSON is a part. Throws a YamlMistake. */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  const placeAt = (offset = 0): TextPlace => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  // its own search for repeated keys takes time with the square of their number: minutes for a body of 400 KB
  const options = { lineCounter: lines, prettyErrors: false, uniqueKeys: false };
  const document = guarded(() => parseDocument(text, options), placeAt);
  const [mistake] = document.errors;
  if (mistake !== undefined) {
    throw new YamlMistake(plain(mistake.message), placeAt(mistake.pos[0]), mistake);
  }
  guarded(() => refuseRepeatedKeys(document, placeAt), placeAt);
  const value: unknown = guarded(() => document.toJS({ maxAliasCount: MAX_ALIASES }), placeAt);
  return { value, placeOf: (pointer) => placeAt(offsetOf(document, pointer)) };
}

/** Texts that are nested too deep end the parser's stack, and bombs of aliases its patience. */
function guarded<T>(read: () => T, placeAt: (offset?: number) => TextPlace): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof YamlMistake) throw error;
    const message = (error as Error).message;
    const why = message.startsWith('Excessive alias count')
      ? `its aliases stand for more than ${MAX_ALIASES} copies: write them out`
      : plain(message);
    throw new YamlMistake(why, placeAt(), error);
  }
}

function refuseRepeatedKeys(document: Document, placeAt: (offset?: number) => TextPlace): void {
  visit(document, {
    Map(_key, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        const name = isScalar(key) ? key.value : key;
        if (seen.has(name)) {
          const place = placeAt((key as Node).range?.[0]);
          throw new YamlMistake(`the key "${String(name)}" stands twice`, place);
        }
        seen.add(name);
      }
    },
  });
}

/** The parser's sentence in the manner of ours. */
function plain(message: string): string {
  if (message.startsWith('Maximum call stack')) return 'it is nested too deep';
  const sentence = message.split('\n')[0]!.replace(/[.:]$/, '');
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

function offsetOf(document: Document, pointer: string): number | undefined {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (isAlias(node)) node = node.resolve(document);
    if (isSeq(node)) {
      node = node.items[Number(name)];
      offset = startOf(node) ?? offset;
    } else if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === name);
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else return offset;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
