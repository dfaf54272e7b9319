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

/** The conditions of a run. */
export interface Conditions {
  readonly mutant?: Mutant;
  readonly abuse: boolean;
  readonly provoke: boolean;
}

/**
 * Options of a session that runs a program under conditions. Beside a target the model only follows a program that
 * provokes: its checks would fail before the kernel warns.
 *
 * @param abi - the target's; absent: the model runs alone, with the sizes of the profile
 * @throws UsageError when the mutant is of another profile
 */
export function conditionedOptions(
  profile: Profile,
  { mutant, abuse, provoke }: Conditions,
  abi?: Abi,
): SessionOptions {
  const checks = abi === undefined || !provoke;
  return { ...sessionOptions(profile, mutant, abi ?? profile.abi, abuse), provoke, checks };
}
