import type { Program } from '../../src/program/program';
import { hashProgram } from '../../src/reduce/program_hash';
import { PHASES } from '../../src/reduce/reduce';
import { renumbered } from '../../src/reduce/rename';

/** A smaller program, and the phase that made it. */
export interface Candidate {
  readonly program: Program;
  readonly phase: number;
}

/**
 * All programs that the reducer would try next, lazily, each once.
 *
 * @param firstPhase - the phase to start with; the phases before it come at the end
 */
export function* candidates(program: Program, firstPhase = 0): Generator<Candidate> {
  const seen = new Set([hashProgram(program)]);
  for (let i = 0; i < PHASES.length; i++) {
    const phase = (firstPhase + i) % PHASES.length;
    const steps = PHASES[phase].run(program);
    for (let step = steps.next(); step.done !== true; step = steps.next(false)) {
      const hash = hashProgram(step.value);
      if (seen.has(hash)) continue;
      seen.add(hash);
      yield { program: renumbered(step.value), phase };
    }
  }
}
