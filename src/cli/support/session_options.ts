import type { Abi } from '../../rules/abi';
import { profileWith, type Mutant } from '../../rules/mutants';
import type { Profile } from '../../rules/profiles';
import { UsageError } from '../../session/errors';
import type { SessionOptions } from '../../session/session';

/** A profile's rules on an Abi, with a mutant's changes. A mutant breaks rules of its own profile. */
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
