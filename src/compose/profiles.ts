import { checkThresholds } from '../analysis/accept/check-thresholds.ts';
import type { Profile, Profiles } from '../analysis/accept/profiles.ts';
import type { Config } from '../config.ts';
import type { Contract } from '../contract/contract.ts';
import { badKey } from '../settings/setting.ts';

/** The profiles of the configuration; a wrong one stops the start with its name and its field. */
export function readProfiles({ profiles }: Config, contract: Contract): Profiles {
  for (const [name, profile] of Object.entries(profiles)) {
    const { thresholds } = profile as Profile;
    const broken = contract.checkSchema('Profile', profile);
    const [first] =
      broken.length > 0 || thresholds === undefined
        ? broken
        : checkThresholds(thresholds, '/thresholds').violations;
    if (first === undefined) continue;
    const key = `profiles.${name}${first.pointer.replaceAll('/', '.')}`;
    throw badKey(key, first.message);
  }
  return profiles as Profiles;
}
