// The types that the library promises. They import only types that import nothing, so a compiler of the user reads a
// few small files; properties/library_types.test.ts keeps it so.

import type { Verdict } from '../session/verdict';

export type { Place, Verdict } from '../session/verdict';

/** One line of a program. */
export interface Call {
  /** The kernel function or driver step, by its kernel name. */
  readonly command: { readonly name: string; readonly system: string };
  /** In the order of the command's arguments: numbers, positions of words, bits of flags, handle numbers of objects. */
  readonly args: readonly number[];
  /** Handle number of the object that the call makes; -1 when it makes none. */
  readonly result: number;
  /** Number of the allocation that fails, from 1; 0 when none does. */
  readonly fail: number;
  /** The caller's context: 0 process, 1 softirq, 2 NAPI. */
  readonly context: number;
  /** Of a call of the second CPU: the point inside the call above at which it runs, and the passage from 1. */
  readonly at?: { readonly point: string; readonly pass: number };
}

/**
 * A sequence of calls. Immutable: `parseProgram` and `programs` make it, and `printProgram` shows it as text. Take a
 * copy with other fields by spreading it.
 */
export interface Program {
  /** Name of the profile that it runs on. */
  readonly profile: string;
  /** Token of the generated program that it comes from: `v1:core:184467`. Settle draws from it. */
  readonly seed?: string;
  /** Id of the mutant that it runs with. */
  readonly mutant?: string;
  /** True when calls that break contracts on purpose may run. */
  readonly abuse?: boolean;
  /** True when calls may run that are legal and make a correct kernel warn. */
  readonly provoke?: boolean;
  /** The line `expect`: `clean`, or the name of an invariant. */
  readonly expect?: string;
  readonly calls: readonly Call[];
  /** Names of objects, by handle number. */
  readonly names: readonly string[];
}

/** The conditions of a run. An absent field is as the program says. */
export interface RunOptions {
  /** Name of the profile to run on: a key of `profiles`. */
  readonly profile?: string;
  /** Id of the mutant of the model: a key of `mutants`; `none`: no mutant, whatever the program says. */
  readonly mutant?: string;
  /** Lets calls run that break contracts on purpose. */
  readonly abuse?: boolean;
  /** Lets calls run that are legal and make a correct kernel warn. */
  readonly provoke?: boolean;
}

/** One call of a run, in order; calls of settle follow those of the program. */
export interface RunStep {
  /** Position in `program.calls`; from its length on, calls of settle. */
  readonly call: number;
  /** Name of the command. */
  readonly command: string;
  /** Name of the way that the call ended, or `skipped: …`. */
  readonly outcome: string;
  readonly skipped: boolean;
  readonly settling: boolean;
}

/** The result of a run, as plain data. */
export interface RunResult {
  /** The program as it was run: with the conditions of the run. */
  readonly program: Program;
  /** `model`, or the target's name. */
  readonly target: string;
  readonly verdict: Verdict;
  /** `clean`, `limit`, or the signature: two findings with one signature are the same finding. */
  readonly signature: string;
  /** The verdict as one line for people. */
  readonly sentence: string;
  /** True when something is wrong: the verdict is neither clean nor limit. */
  readonly isFinding: boolean;
  /** Calls of the program that were executed, those of settle left out. 0: the verdict says nothing. */
  readonly executed: number;
  /** Calls of the program that were skipped: `skippedCalls` says why. */
  readonly skipped: number;
  /** The calls of the model, up to the one that failed. */
  readonly steps: readonly RunStep[];
}

/** A call of a program that a run does not execute. */
export interface SkippedCall {
  /** Line of the program's text, from 1. */
  readonly line: number;
  /** The call as text. */
  readonly call: string;
  /** The first reason, in words. */
  readonly why: string;
}

/** A complete set of rules with a name: a kernel or a design. */
export interface ProfileInfo {
  readonly name: string;
  readonly title: string;
  /** Why no kernel can be compared with it; null: kernels can. */
  readonly modelOnly: string | null;
}

/** A profile with one rule broken the way a real bug broke it. */
export interface MutantInfo {
  readonly id: string;
  readonly title: string;
  /** The commit that fixed the real bug, or the text that tells of it. */
  readonly source: string;
  /** Name of its profile. */
  readonly profile: string;
  /** Name of the scenario that finds it. */
  readonly scenario: string;
  /** Invariants that may name the finding; its own program shows the first. */
  readonly expected: readonly string[];
  /** Its minimal program as text, which `parseProgram` reads. */
  readonly program: string;
}

/** A named choice of commands, weights and lengths to search with. */
export interface ScenarioInfo {
  readonly name: string;
  readonly title: string;
  /** Names of the profiles that it is about, the default first. */
  readonly profiles: readonly string[];
  /** Names of the commands that it draws from. */
  readonly commands: readonly string[];
  /** Calls of a program before settle, without `maxCommands`. */
  readonly length: { readonly min: number; readonly usual: number; readonly max: number };
  /** Why no kernel can run it; null: kernels can. */
  readonly modelOnly: string | null;
}

/** A thing that executes programs. */
export interface TargetInfo {
  readonly name: string;
  /** True when it can be used now. */
  readonly isSetUp: boolean;
  /** The step that sets it up; null when it is set up. */
  readonly hint: string | null;
}

/** The facts of one finding, as plain data; `printFinding` shows them. */
export interface Finding {
  readonly signature: string;
  /** The violated statement, with its numbers. */
  readonly sentence: string;
  readonly profile: string;
  readonly target: string;
  readonly mutant?: string;
  readonly program: Program;
  /** The guilty call; null when the target died without naming one. */
  readonly place: { readonly call: number; readonly command: string; readonly settling: boolean } | null;
  /** The world just before and just after the guilty call, a line for each object that the program holds. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** The target's own words: a splat, the end of its console. */
  readonly detail: readonly string[];
}
