import type { Program } from '../program/program';

/**
 * One way to make a program smaller: yields candidates, each smaller than what it holds, is told of each whether it
 * still fails, and returns the smallest that did. Written as a generator so that one text serves targets that answer at
 * once, targets that answer later, and fast-check, which asks for all the candidates and answers nothing.
 */
export interface Phase {
  readonly name: string;
  run(program: Program): Generator<Program, Program, boolean>;
}
