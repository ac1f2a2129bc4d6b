import { Fault } from '../errors.ts';
import type { Judge } from './judge.ts';

export interface Judges {
  /** Throws `unknown-judge` with the known names. */
  get(name: string): Judge;
  names(): string[];
}

export function createJudges(judges: Judge[]): Judges {
  const byName = new Map(judges.map((judge) => [judge.name, judge]));
  return {
    get(name) {
      const judge = byName.get(name);
      if (judge !== undefined) return judge;
      const known = [...byName.keys()].join(', ');
      throw new Fault('unknown-judge', `there is no judge "${name}": use one of ${known}`, {
        subject: `judge "${name}"`,
      });
    },
    names: () => [...byName.keys()],
  };
}
