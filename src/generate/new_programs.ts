import type { Budget } from '../reduce/reduce';
import type { Profile } from '../rules/profiles';
import { shorterPrograms, sidewaysPrograms } from './shorter';

/** Share of the attempts for new programs of the same length. */
const SIDEWAYS = 0.25;
/** Share of the attempts for shorter programs, for each program of the same length that shows the finding. */
const FEW = 0.05;

/**
 * Makers of new programs for the reducer, which it tries when no call can be dropped any more.
 *
 * @param profile - with the rules that the program failed on
 * @param triedPerCall - attempts for each call of the reduced program
 */
export function newPrograms(profile: Profile, triedPerCall: number): Pick<Budget, 'shorter' | 'sideways'> {
  return {
    shorter: (best, few) =>
      shorterPrograms(best, profile, Math.floor((few ? FEW : 1) * triedPerCall * best.calls.length)),
    sideways: (best) => sidewaysPrograms(best, profile, Math.floor(SIDEWAYS * triedPerCall * best.calls.length)),
  };
}
