import { outcomeOfReturn } from '../../src/commands/outside/define_outside';
import { OUTSIDE_COMMANDS } from '../../src/commands/outside/registry';
import { compileProgram } from '../../src/outside/compile';
import { judgeProgram, PROLOGUE } from '../../src/outside/judge_program';
import type { OutsideTarget } from '../../src/outside/outside_target';
import type { Program } from '../../src/program/program';
import type { Session } from '../../src/session/session';

/** `send EPIPE`: a command and one of its outcomes. */
export type OutcomeName = string;

/** Every outcome that the records of commands claim to be within reach. */
export const ALL_OUTCOMES: readonly OutcomeName[] = OUTSIDE_COMMANDS.flatMap(({ name, outcomes }) =>
  outcomes.map((outcome) => `${name} ${outcome}`),
);

/** The outcomes of the calls of programs, in the order of the programs. */
export async function outcomesOf(
  target: OutsideTarget,
  session: Session,
  programs: readonly Program[],
): Promise<ReadonlySet<OutcomeName>[]> {
  const compiled = programs.map((program) => compileProgram(session, program, PROLOGUE));
  const answer = await target.run(compiled.map(({ steps }) => steps));
  if ('death' in answer) throw new Error(`${target.name} died: ${answer.death.detail}\n${answer.death.console}`);
  return compiled.map((one, at) => {
    const seen = new Set<OutcomeName>();
    for (const {
      compiled: { call },
      ret,
      others,
    } of judgeProgram(one, answer.results[at]).returns)
      for (const value of [ret, ...others]) {
        const outcome = outcomeOfReturn(call.command, value);
        if (outcome >= 0) seen.add(`${call.command.name} ${call.command.outcomes[outcome]}`);
      }
    return seen;
  });
}
