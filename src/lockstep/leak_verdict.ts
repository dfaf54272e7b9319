import type { Program } from '../program/program';
import type { Verdict } from '../session/verdict';
import { measureLeak } from './judge';
import type { TargetJudge } from './target_judge';

/** A leak that the comparison does not show: the target loses memory although the model loses none. */
export async function leakVerdict(judge: TargetJudge, program: Program): Promise<Verdict> {
  const lost = await measureLeak(judge.session, await judge.link(), program);
  if (lost === 0) return { kind: 'clean' };
  // The reducer finds the leaking call: without it no memory is lost.
  const place = { call: program.calls.length, command: 'settle', settling: true };
  return {
    kind: 'divergence',
    place,
    field: 'memory in use',
    message: `the target loses ${(lost / 1024).toFixed(1)} KiB each time the program runs, the model nothing`,
  };
}
