import type { Program } from '../program/program';
import type { Abi } from '../rules/abi';
import type { Profile } from '../rules/profiles';
import { mutantNamed, NO_MUTANT, profileNamed } from '../session/named';
import { Session } from '../session/session';
import { conditionedOptions } from '../session/session_options';
import { ownProgram } from './own_program';
import type { Program as PublicProgram, RunOptions } from './types';

/** Sessions that are kept for the next run under the same conditions, because a world is expensive to make. */
const SESSIONS_MAX = 8;
const sessions = new Map<string, Session>();

/** The program with the conditions of a run as its own. */
export function conditioned(given: PublicProgram, options: RunOptions): Program {
  const program = ownProgram(given);
  const mutant = options.mutant ?? program.mutant ?? NO_MUTANT;
  return {
    ...program,
    profile: profileNamed(options.profile ?? program.profile).name,
    mutant: mutant === NO_MUTANT ? undefined : mutantNamed(mutant).id,
    abuse: options.abuse ?? program.abuse ?? false,
    provoke: options.provoke ?? program.provoke ?? false,
  };
}

/**
 * A session with the conditions of a program.
 *
 * @param abi - of the target; absent: the model runs alone
 */
export function sessionFor(program: Program, abi?: Abi): Session {
  const { mutant, abuse = false, provoke = false } = program;
  const profile: Profile = profileNamed(program.profile);
  const broken = mutant === undefined ? undefined : mutantNamed(mutant);
  return new Session(conditionedOptions(profile, { mutant: broken, abuse, provoke }, abi));
}

/** The same with the sizes of the profile, for one run before anything else runs. */
export function keptSession(program: Program): Session {
  const { profile, mutant = '', abuse, provoke } = program;
  const key = [profile, mutant, abuse, provoke].join();
  const session = sessions.get(key) ?? sessionFor(program);
  // The key goes to the end, so that the first is the one that was not used for longest.
  sessions.delete(key);
  sessions.set(key, session);
  if (sessions.size > SESSIONS_MAX) sessions.delete([...sessions.keys()][0]);
  return session;
}
