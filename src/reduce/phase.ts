import type { Program } from '../program/program';

/**
 * One way to make a program smaller. A phase yields candidates, each smaller than the best so far, receives whether the
 * candidate still fails, and returns the smallest that did. It is a generator, so that one text serves targets that
 * answer at once, targets that answer later, and fast-check, which takes all candidates and answers nothing.
 */
export interface Phase {
  readonly name: string;
  run(program: Program): Generator<Program, Program, boolean>;
}
