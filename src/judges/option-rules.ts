import { Fault } from '../errors.ts';

/** Refuses a judge's option that makes no sense. Kayenta's form of a config lets everything through. */
export function refuseOption(name: string, rule: string): never {
  throw new Fault('bad-configuration', `the judge's option "${name}" ${rule}`, {
    subject: `option "${name}"`,
  });
}

/** A probability or a part of a whole. */
export function checkShare(name: string, value: unknown): void {
  if (!(typeof value === 'number' && value > 0 && value < 1)) {
    refuseOption(name, typeof value === 'number' ? 'must lie between 0 and 1' : 'must be a number');
  }
}

export function checkChoice(name: string, value: unknown, choices: readonly unknown[]): void {
  if (!choices.includes(value)) refuseOption(name, `must be one of ${choices.join(', ')}`);
}
