import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { didYouMean } from '../closest.ts';
import type { Violation } from '../errors.ts';

/** Every broken rule that a failed validation found, in words; none when it passed. */
export function violationsOf(validate: ValidateFunction, value: unknown): Violation[] {
  if (validate(value)) return [];
  const errors = validate.errors ?? [];
  const choices = new Set(errors.filter(isChoice).map(({ instancePath }) => instancePath));
  const plain = errors.filter((error) => !isChoice(error));
  const isDeeper = (pointer: string) =>
    plain.some((other) => pointerOf(other).startsWith(`${pointer}/`));
  const violations: Violation[] = [];
  for (const error of plain) {
    const pointer = pointerOf(error);
    const isChoiceBranch = choices.has(pointer);
    // a failed choice reports every branch: the deepest complaint is about the branch that was meant
    if (isChoiceBranch && isDeeper(pointer)) continue;
    const message = sentenceOf(error);
    const known = violations.find((violation) => violation.pointer === pointer);
    if (known === undefined) violations.push({ pointer, message });
    else if (isChoiceBranch) known.message += ` or ${message.replace(/^must (be )?/, '')}`;
    else if (known.message !== message) violations.push({ pointer, message });
  }
  return violations;
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
      return `"${String(params['tag'])}" must name a known kind`;
    case 'pattern':
      return `must match ${String(params['pattern'])}`;
    case 'type':
      return `must be ${String(params['type']).replace(',', ' or ')}`;
    default:
      return error.message ?? 'is not allowed';
  }
}

/** One step of a JSON pointer (RFC 6901). */
export function escapePointer(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}
