import { OutsideJudge } from '../../../outside/outside_judge';
import { OutsideTarget } from '../../../outside/outside_target';
import { strangerIn } from '../../../program/outside_program';
import { printCall } from '../../../program/print';
import type { Program } from '../../../program/program';
import { UsageError } from '../../../session/errors';
import { profileNamed } from '../../../session/named';
import { Session } from '../../../session/session';
import { sessionOptions } from '../../../session/session_options';
import { outsideTarget } from '../../../targets/outside_target';
import { note } from '../output';

/**
 * Opens the kernel that a program of user space runs on.
 *
 * @param target - a kernel, as outsideTarget takes it
 * @throws UsageError when the target is no kernel, or a call of the program is a kernel function
 */
export async function openOutsideJudge(program: Program, target: string): Promise<OutsideJudge> {
  const stranger = strangerIn(program);
  if (stranger >= 0) {
    const call = printCall(program.calls[stranger], program.names);
    throw new UsageError(`a program has system calls or functions of the kernel, not both: ${call}`);
  }
  const profile = profileNamed(program.profile);
  const session = new Session({ ...sessionOptions(profile, undefined, profile.abi, false), checks: false });
  const judge = new OutsideJudge(new OutsideTarget(target, outsideTarget(target, note)), session);
  await judge.target.opened();
  return judge;
}
