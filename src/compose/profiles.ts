import { checkThresholds } from '../analysis/accept/check-thresholds.ts';
import type { Profile, Profiles } from '../analysis/profiles.ts';
import type { Config } from '../config.ts';
import type { Contract } from '../contract/contract.ts';
import { badKey } from '../settings/setting.ts';

/** The profiles of the configuration; a wrong one stops the start with its name and its field. */
export function readProfiles({ profiles }: Config, contract: Contract): Profiles {
  const read = Object.entries(profiles).map(([name, given]): [string, Profile] => {
    const [broken] = contract.checkSchema('Profile', given);
    const profile: Profile = given; // has passed the schema, or is refused below
    const { thresholds } = profile;
    const [first = broken] =
      broken !== undefined || thresholds === undefined
        ? []
        : checkThresholds(thresholds, '/thresholds').violations;
    if (first === undefined) return [name, profile];
    throw badKey(`profiles.${name}${first.pointer.replaceAll('/', '.')}`, first.message);
  });
  return Object.fromEntries(read);
}
