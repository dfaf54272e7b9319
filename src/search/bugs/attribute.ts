import type { Program } from '../../program/program';
import type { ReleaseBug } from '../../rules/bugs/release_bugs';
import type { Verdict } from '../../session/verdict';
import type { BlindKernel } from './blind_kernel';
import { RecordedAnswers } from './recorded_answers';

/**
 * The explanation of a difference of the kernel from the blind model. No answer depends on the order of the bugs, nor
 * on those that were found before.
 * - these: bugs with which the model agrees with the kernel, or is itself broken in the call in which the kernel warns
 *   or dies, or earlier by the same object; it needs all of them
 * - one of: each of them alone explains it, so it does not say which one the kernel has
 * - nothing: all bugs of the release do not explain it, or the fewest are not certain, or it does not show again
 * - cut: the time was over before all were asked
 */
export type Attributed =
  | { readonly kind: 'these' | 'one of'; readonly bugs: readonly ReleaseBug[] }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'cut' };

type Explains = (bugs: readonly ReleaseBug[]) => Promise<boolean>;

const NOTHING: Attributed = { kind: 'nothing' };

/** Thrown when no more may be asked. */
class CutError extends Error {}

/** @param isOver - true: no more bugs are asked for */
export async function attribute(
  kernel: BlindKernel,
  program: Program,
  verdict: Verdict,
  isOver: () => boolean = () => false,
): Promise<Attributed> {
  const asked = explainsOf(kernel, program, verdict);
  const explains: Explains = (bugs) => {
    if (isOver()) throw new CutError();
    return asked(bugs);
  };
  try {
    return await fewest(kernel.hidden, explains);
  } catch (error) {
    if (error instanceof CutError) return { kind: 'cut' };
    throw error;
  }
}

async function fewest(hidden: readonly ReleaseBug[], explains: Explains): Promise<Attributed> {
  // The control: a difference that does not show again is explained by anything.
  if (await explains([])) return NOTHING;
  const alone: ReleaseBug[] = [];
  for (const bug of hidden) if (await explains([bug])) alone.push(bug);
  if (alone.length === 1) return { kind: 'these', bugs: alone };
  // With all values together, another difference may come first.
  const isExplained = await explains(hidden);
  if (alone.length > 1) {
    const needed = isExplained ? await neededOf(alone, hidden, explains) : [];
    return needed.length === 1 ? { kind: 'these', bugs: needed } : { kind: 'one of', bugs: alone };
  }
  if (!isExplained) return NOTHING;
  const needed = await neededOf(hidden, hidden, explains);
  return needed.length > 0 && (await explains(needed)) ? { kind: 'these', bugs: needed } : NOTHING;
}

/** Those of some bugs without which the others explain nothing. */
async function neededOf(
  bugs: readonly ReleaseBug[],
  hidden: readonly ReleaseBug[],
  explains: Explains,
): Promise<ReleaseBug[]> {
  const needed: ReleaseBug[] = [];
  for (const bug of bugs) if (!(await explains(hidden.filter((other) => other !== bug)))) needed.push(bug);
  return needed;
}

/** Asks for the bugs that explain a verdict. */
function explainsOf(kernel: BlindKernel, program: Program, verdict: Verdict): Explains {
  switch (verdict.kind) {
    case 'divergence': {
      const answers = new RecordedAnswers(kernel, program, verdict.place.call);
      return (bugs) => answers.agree(bugs);
    }
    case 'splat':
    case 'death': {
      const { place } = verdict;
      return (bugs) => (place === null ? Promise.resolve(false) : kernel.breaksIn(program, place.call, bugs));
    }
    // A violation is of the blind model alone: the kernel has no part in it.
    default:
      return () => Promise.resolve(false);
  }
}
