import type { Command } from '../commands/command';
import { isAvailable } from '../commands/available';
import { ProgramSource } from '../generate/generator';
import { profilesOf } from '../generate/scenario';
import { SCENARIOS } from '../generate/scenarios/registry';
import { printProgram } from '../program/print';
import type { Program } from '../program/program';
import { reduce } from '../reduce/reduce';
import { renamed } from '../reduce/rename';
import { findProfile, type Profile } from '../rules/profiles';
import { runOnModel } from '../session/run_model';
import { Session } from '../session/session';

const PROGRAMS_MAX = 400;
const EXECUTIONS_MAX = 2000;

/** Returns whether a program is clean and has a call of the command that succeeds. */
export function isExample(command: Command, program: Program): boolean {
  const profile = findProfile(program.profile);
  if (profile === undefined) return false;
  return succeeds(sessionFor(profile), command, program);
}

/**
 * A smallest clean program in which a call of the command succeeds, on the newest profile that has it.
 *
 * @returns its text; undefined when no scenario makes the call, as of commands that break contracts
 */
export function exampleOf(command: Command): string | undefined {
  for (const scenario of SCENARIOS.filter(({ commands }) => commands.includes(command))) {
    for (const profile of [...profilesOf(scenario)].reverse().filter(({ name }) => isAvailable(command, name))) {
      const session = sessionFor(profile);
      const source = new ProgramSource(scenario, profile);
      for (let number = 0; number < PROGRAMS_MAX; number++) {
        const program: Program = { ...source.program(number), seed: undefined };
        if (!program.calls.some((call) => call.command === command) || !succeeds(session, command, program)) continue;
        const { program: least } = reduce(program, (smaller) => succeeds(session, command, smaller), {
          maxExecutions: EXECUTIONS_MAX,
        });
        return printProgram(renamed(least));
      }
    }
  }
  return undefined;
}

function sessionFor({ name, rules, abi }: Profile): Session {
  return new Session({ profile: name, rules, abi });
}

function succeeds(session: Session, command: Command, program: Program): boolean {
  const { verdict, steps } = runOnModel(session, program);
  return (
    verdict.kind === 'clean' &&
    steps.some(({ call, outcome, settling }) => call.command === command && outcome === 0 && !settling)
  );
}
