import type { Program } from '../program/program';
import type { ExpectedAnswers } from './expected_answers';

/** A program to export, with the answers of the releases. */
export interface Exported {
  /** Name of the test in KTAP: letters, digits, `-` and `_`. */
  readonly name: string;
  readonly program: Program;
  /** At least one release. */
  readonly answers: readonly ExpectedAnswers[];
  /** Version of this project. */
  readonly version: string;
}
