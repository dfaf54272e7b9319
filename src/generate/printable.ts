import fc from 'fast-check';
import { printProgram } from '../program/print';
import type { Program } from '../program/program';

/** The method that Node's console and assertions print an object by. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** A copy of the program that fast-check and Node print as its text, to be saved and run. */
export function printable<P extends Program>(program: P): P {
  const text = { value: () => `\n${printProgram(program)}`, enumerable: false };
  return Object.defineProperties({ ...program }, { [fc.toStringMethod]: text, [INSPECT]: text });
}
