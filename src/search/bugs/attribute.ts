import type { Program } from '../../program/program';
import type { ReleaseBug } from '../../rules/bugs/release_bugs';
import { placeOf, type Verdict } from '../../session/verdict';
import type { BlindKernel } from './blind_kernel';

/**
 * The bugs of the release that explain a difference of the kernel from the blind model: the fewest with which the model
 * agrees with the kernel, or is itself broken in the call in which the kernel warns or dies. Undefined: all of them do
 * not explain it, or it does not show again.
 */
export async function attribute(
  kernel: BlindKernel,
  program: Program,
  verdict: Verdict,
): Promise<readonly ReleaseBug[] | undefined> {
  const explains = (bugs: readonly ReleaseBug[]): Promise<boolean> => explainedBy(kernel, program, verdict, bugs);
  // The control: a difference that does not show again is explained by anything.
  if (await explains([])) return undefined;
  if (!(await explains(kernel.hidden))) {
    // With all values together, another difference may come first.
    return single(kernel.hidden, explains);
  }
  const one = await single(kernel.hidden, explains);
  if (one !== undefined) return one;
  let needed = kernel.hidden;
  for (const bug of kernel.hidden) {
    const fewer = needed.filter((other) => other !== bug);
    if (await explains(fewer)) needed = fewer;
  }
  return needed;
}

async function single(
  bugs: readonly ReleaseBug[],
  explains: (bugs: readonly ReleaseBug[]) => Promise<boolean>,
): Promise<readonly ReleaseBug[] | undefined> {
  for (const bug of bugs) if (await explains([bug])) return [bug];
  return undefined;
}

async function explainedBy(
  kernel: BlindKernel,
  program: Program,
  verdict: Verdict,
  bugs: readonly ReleaseBug[],
): Promise<boolean> {
  switch (verdict.kind) {
    case 'divergence':
      return isFollowed(kernel, program, verdict.place.call, bugs);
    case 'splat':
    case 'death': {
      return verdict.place !== null && (await kernel.breaksAt(program, bugs)) === verdict.place.call;
    }
    // A violation is of the blind model alone: the kernel has no part in it.
    default:
      return false;
  }
}

/** Returns whether the model agrees with the kernel up to the call at which the blind one differs, and in it. */
async function isFollowed(
  kernel: BlindKernel,
  program: Program,
  call: number,
  bugs: readonly ReleaseBug[],
): Promise<boolean> {
  // A model that skips the call says nothing of it.
  if (!(await kernel.executes(program, call, bugs))) return false;
  const followed = await kernel.follow(program, bugs);
  if (followed.kind === 'clean') return true;
  const place = placeOf(followed);
  return followed.kind === 'divergence' && place !== null && place.call > call;
}
