import type { StepProgram } from '../commands/outside/step';
import { ownSplats } from './late_splat';
import type { OutsideTarget } from './outside_target';

/** Something that has a program as the executor gets it. */
export interface Suspect {
  readonly steps: StepProgram;
}

/**
 * Finds the program of a group that shows something, by halves.
 * @param shows - runs a part of the group, and says whether it shows it
 * @param isOver - true ends the search
 */
export async function guiltyBy<T>(
  group: readonly T[],
  shows: (part: readonly T[]) => Promise<boolean>,
  isOver: () => boolean,
): Promise<T | undefined> {
  if (isOver() || !(await shows(group))) return undefined;
  if (group.length === 1) return group[0];
  const middle = group.length >> 1;
  const first = await guiltyBy(group.slice(0, middle), shows, isOver);
  return first ?? guiltyBy(group.slice(middle), shows, isOver);
}

/**
 * Finds the program of a group after whose end the kernel complains: as its namespaces go.
 * @param title - of the complaint
 */
export function guiltyOfEnd<T extends Suspect>(
  target: OutsideTarget,
  group: readonly T[],
  title: string,
  isOver: () => boolean,
): Promise<T | undefined> {
  return guiltyBy(group, (part) => complainsAfter(target, part, title), isOver);
}

async function complainsAfter(target: OutsideTarget, group: readonly Suspect[], title: string): Promise<boolean> {
  const answer = await target.run(group.map(({ steps }) => steps));
  if ('death' in answer) return false;
  const state = await target.state();
  return state !== undefined && ownSplats(state.log).some((splat) => splat.title === title);
}
