import type { ProgramGenerator } from '../generate/generator';
import { areRelated, partsOf } from '../generate/related';
import { endsProgram } from '../generate/ends_program';
import { executeCall } from '../program/execute';
import { isOnSecondCpu, type Call, type Program } from '../program/program';
import type { Session } from '../session/session';

/** Draws before the answer is none. */
const DRAWS = 24;
const NAME = 'added';

/** A program with one more call, and the name of its command. */
export interface Varied {
  readonly program: Program;
  readonly command: string;
}

/**
 * A program with one more call directly before one of its calls, of an object that this call names: it says whether
 * the state that this call meets has to be as it is.
 * @param at - position of the call
 * @param seed - 32 bits, of the new call
 * @returns undefined when no legal call of such an object is drawn
 */
export function withCallBefore(
  generator: ProgramGenerator,
  session: Session,
  program: Program,
  at: number,
  seed: number,
): Varied | undefined {
  const { calls } = program;
  if (calls.some(isOnSecondCpu)) return undefined;
  const before = calls.slice(0, at);
  session.begin();
  const { world } = session;
  try {
    for (const call of before) executeCall(world, call, program.profile, false);
    const parts = partsOf(world, calls[at]);
    for (let draw = 0; draw < DRAWS; draw++) {
      generator.begin(seed * DRAWS + draw);
      generator.continueFrom(before);
      const call = generator.next(world);
      if (call === null || generator.beside.length > 0 || call.fail > 0) continue;
      if (areRelated(parts, partsOf(world, call)))
        return { program: inserted(program, at, call), command: call.command.name };
    }
  } catch (error) {
    if (!endsProgram(error, world)) throw error;
  }
  return undefined;
}

function inserted(program: Program, at: number, call: Call): Program {
  const { calls, names } = program;
  const others = calls.slice(at);
  if (call.result < 0) return { ...program, calls: [...calls.slice(0, at), call, ...others] };
  const first = call.result;
  const moved = (handle: number): number => (handle >= first ? handle + 1 : handle);
  const renamed = others.map((other): Call => {
    const args = [...other.args];
    for (const handle of other.command.handles) args[handle.at] = moved(args[handle.at]);
    return { ...other, args, result: moved(other.result) };
  });
  return {
    ...program,
    calls: [...calls.slice(0, at), call, ...renamed],
    names: [...names.slice(0, first), NAME, ...names.slice(first)],
  };
}
