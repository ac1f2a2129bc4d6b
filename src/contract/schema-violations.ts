import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { didYouMean } from '../closest.ts';
import type { Violation } from '../errors.ts';
import { FORMAT_SENTENCES } from './time-formats.ts';

/** Nobody reads more, and whoever sends thousands of mistakes shall not make them cost more than sending them. */
export const MAX_VIOLATIONS = 100;

/**
 * The broken rules that a failed validation found, in words, up to 100; none when it passed. In one pass
 * over the errors, of which there may be thousands.
 */
export function violationsOf(validate: ValidateFunction, value: unknown): Violation[] {
  if (validate(value)) return [];
  const errors = validate.errors ?? [];
  const choices = new Set(errors.filter(isChoice).map(({ instancePath }) => instancePath));
  const plain = errors.filter((error) => !isChoice(error));
  const deeper = ancestorsOf(plain);
  const violations = new Map<string, Violation[]>();
  let count = 0;
  for (const error of plain) {
    if (count >= MAX_VIOLATIONS) break;
    const pointer = pointerOf(error);
    const isChoiceBranch = choices.has(pointer);
    // a failed choice reports every branch: the deepest complaint is about the branch that was meant
    if (isChoiceBranch && deeper.has(pointer)) continue;
    const message = sentenceOf(error);
    const known = violations.get(pointer) ?? [];
    if (isChoiceBranch && known[0] !== undefined) {
      known[0].message += ` or ${message.replace(/^must (be )?/, '')}`;
    } else if (known.every((other) => other.message !== message)) {
      violations.set(pointer, [...known, { pointer, message }]);
      count += 1;
    }
  }
  return [...violations.values()].flat();
}

/** All places above those of the errors. */
function ancestorsOf(errors: readonly ErrorObject[]): Set<string> {
  const ancestors = new Set<string>();
  for (const error of errors) {
    let pointer = pointerOf(error);
    for (;;) {
      const end = pointer.lastIndexOf('/');
      if (end === -1) break;
      pointer = pointer.slice(0, end);
      if (ancestors.has(pointer)) break;
      ancestors.add(pointer);
    }
  }
  return ancestors;
}

function isChoice(error: ErrorObject): boolean {
  return error.keyword === 'oneOf' || error.keyword === 'anyOf';
}

function pointerOf(error: ErrorObject): string {
  const params = error.params as {
    additionalProperty?: string;
    missingProperty?: string;
    propertyName?: string;
  };
  const member = params.additionalProperty ?? params.missingProperty ?? params.propertyName;
  return member === undefined
    ? error.instancePath
    : `${error.instancePath}/${escapePointer(member)}`;
}

function sentenceOf(error: ErrorObject): string {
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties': {
      const known = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {});
      return `unknown field${didYouMean(String(params['additionalProperty']), known)}`;
    }
    case 'required':
      return 'is required';
    case 'enum':
      return `must be one of ${(params['allowedValues'] as unknown[]).map(String).join(', ')}`;
    case 'discriminator':
      return sentenceOfTag(error);
    case 'format':
      return FORMAT_SENTENCES[String(params['format'])] ?? `must be a ${String(params['format'])}`;
    case 'pattern':
      return `must match ${String(params['pattern'])}`;
    case 'type':
      return `must be ${String(params['type']).replace(',', ' or ')}`;
    default:
      return error.message ?? 'is not allowed';
  }
}

/** A value whose tag names none of the kinds that are known. */
function sentenceOfTag({ params, parentSchema }: ErrorObject): string {
  const { tag, tagValue } = params as { tag: string; tagValue: unknown };
  const { known = [] } = (parentSchema?.['discriminator'] ?? {}) as { known?: string[] };
  const list = `known are ${known.join(', ')}`;
  if (typeof tagValue !== 'string') return `needs "${tag}"; ${list}`;
  return `has the unknown ${tag} "${tagValue}"; ${list}${didYouMean(tagValue, known)}`;
}

/** One step of a JSON pointer (RFC 6901). */
export function escapePointer(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}
