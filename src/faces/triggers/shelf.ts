import { Fault } from '../../errors.ts';
import type { Store } from '../../store/store.ts';
import type { Trigger } from './trigger.ts';

/** What a stored trigger is to the store. */
export const OBJECT_KIND = 'trigger';

/** A trigger, and where it is written down. */
export interface KnownTrigger {
  trigger: Trigger;
  /** Absent for one of the configuration. */
  stored?: { createdAt: number; updatedAt: number };
}

export interface Shelf {
  /** By name; throws `not-found`. */
  get(name: string): Promise<KnownTrigger>;
  /** Ascending by name. */
  list(): Promise<KnownTrigger[]>;
}

/** The triggers of the configuration, and the stored ones that have a name of their own. */
export function createShelf(declared: readonly Trigger[], store: Store): Shelf {
  const known = new Map(declared.map((trigger) => [trigger.name, { trigger }]));
  return {
    async get(name) {
      const own = known.get(name);
      if (own !== undefined) return own;
      const stored = await store.objects.get(OBJECT_KIND, name);
      if (stored !== undefined) return { trigger: stored.document as Trigger, stored };
      throw new Fault(
        'not-found',
        `there is no trigger "${name}": declare it under triggers.declared, or store it by POST /api/v1/triggers`,
        { subject: `trigger "${name}"` },
      );
    },
    async list() {
      const stored = (await store.objects.list(OBJECT_KIND)).filter(({ id }) => !known.has(id));
      const all = [
        ...known.values(),
        ...stored.map((object) => ({ trigger: object.document as Trigger, stored: object })),
      ];
      return all.sort((a, b) => (a.trigger.name < b.trigger.name ? -1 : 1));
    },
  };
}
