import type { Abi } from '../rules/abi';
import { profileWith, type Mutant } from '../rules/mutants';
import type { Profile } from '../rules/profiles';
import { UsageError } from './errors';
import type { SessionOptions } from './session';

/**
 * Options of a session with a profile's rules and a mutant's changes.
 *
 * @throws UsageError when the mutant is of another profile
 */
export function sessionOptions(profile: Profile, mutant: Mutant | undefined, abi: Abi, abuse: boolean): SessionOptions {
  if (mutant !== undefined && mutant.profile !== profile.name) {
    throw new UsageError(`mutant ${mutant.id} breaks a rule of profile ${mutant.profile}, not of ${profile.name}`);
  }
  return {
    profile: profile.name,
    rules: profileWith(profile, mutant).rules,
    abi,
    abuse,
  };
}
