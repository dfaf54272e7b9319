import { isProgram } from '../generate/arbitrary';
import type { Program as OwnProgram } from '../program/program';
import { UsageError } from '../session/errors';
import type { Program } from './types';

/**
 * The program as the other parts know it, with the whole record of each command.
 *
 * @throws UsageError when it is no program
 */
export function ownProgram(program: Program): OwnProgram {
  if (!isProgram(program))
    throw new UsageError(`not a program: ${typeof program}; parseProgram(text) and programs() make programs`);
  return program;
}
