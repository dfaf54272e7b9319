/**
 * skbcheck as a library. Names that this file exports, their types and their documented behaviour follow semantic
 * versioning: a release that breaks a program of a user raises the major version, and before 1.0.0 the minor one. No
 * other file of the package is promised. Seeds keep their meaning within a version of their tokens: see CHANGELOG.md.
 */
export { programs, type ProgramOptions } from './programs';
export { parseProgram, printProgram } from './parse_program';
export { runProgram, skippedCalls } from './run_program';
export { openTarget, runOnTarget, type OpenTarget, type RunOnTargetOptions, type TargetOptions } from './open_target';
export { findingOf, printFinding } from './finding';
export { mutants, profiles, scenarios, targets } from './records';
export { ParseError } from '../program/parse_error';
export { TargetUnavailableError, UsageError } from '../session/errors';
export type {
  Call,
  Finding,
  MutantInfo,
  Place,
  ProfileInfo,
  Program,
  RunOptions,
  RunResult,
  RunStep,
  ScenarioInfo,
  SkippedCall,
  TargetInfo,
  Verdict,
} from './types';
