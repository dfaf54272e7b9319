import type { Caller } from '../../commands/callers/caller';
import type { ArgumentFacts, CommandReference } from '../reference/command_reference';

export interface ListDocument<Row> {
  readonly rows: readonly Row[];
}

export interface ListedCommand {
  readonly name: string;
  readonly system: string;
  readonly opcode: number;
  /** Each with its name, its type, and its range, words or kind. */
  readonly args: readonly { readonly name: string; readonly [field: string]: unknown }[];
  /** The kind of object that it makes. */
  readonly result: string | null;
  readonly outcomes: readonly string[];
  readonly outcomesOf: Readonly<Record<string, unknown>>;
  readonly profiles: readonly string[];
  readonly targets: readonly string[];
  /** Why no kernel can execute it. */
  readonly modelOnly: string | null;
  readonly abuse: boolean;
  /** The function of the kernel that makes the call and its state, or who acts in its place and why. */
  readonly caller: Caller;
}

/** `list commands NAME`: the row of the list, and the facts of its reference page. */
export interface ListedOneCommand extends Omit<ListedCommand, 'outcomes'>, CommandReference {}

export interface ListedInvariant {
  readonly name: string;
  readonly statement: string;
  readonly source: string;
}

/** A promise to user space. */
export interface ListedPromise extends ListedInvariant {
  /** A fault that breaks it. */
  readonly brokenBy: string;
}

/** A command of programs of user space. */
export interface ListedOutside {
  readonly name: string;
  /** The lowest level at which it can succeed. */
  readonly level: string;
  /** The system call whose result is that of the command; null: it differs. */
  readonly syscall: string | null;
  readonly arguments: readonly ArgumentFacts[];
  /** The kind of object that it makes. */
  readonly makes: string | null;
  /** `ok`, and the errors that programs reach. */
  readonly outcomes: readonly string[];
  /** Errors that are true on other kernels, and that no program reaches here. */
  readonly elsewhere: readonly string[];
  readonly promised: string;
  /** Of the promise. */
  readonly source: string;
}

export interface ListedMutant {
  readonly name: string;
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly profile: string;
  readonly scenario: string;
  readonly needs: string | null;
  readonly changes: Readonly<Record<string, unknown>>;
  readonly expected: readonly string[];
  /** The minimal program that was made by hand. */
  readonly program: string;
}

export interface ListedProfile {
  readonly name: string;
  readonly title: string;
  readonly rules: Readonly<Record<string, unknown>>;
  readonly abi: Readonly<Record<string, unknown>>;
  readonly modelOnly: string | null;
}

export interface ListedScenario {
  readonly name: string;
  readonly title: string;
  readonly profiles: readonly string[];
  readonly modelOnly: string | null;
  /** Its programs are of user space, and run on kernels alone. */
  readonly isOutside: boolean;
}

export interface ListedTarget {
  readonly name: string;
  /** Whether it is set up, and how to do that. */
  readonly state: string;
}

/** The value of an option of a command, and the place that it comes from. */
export interface ListedSetting {
  readonly command: string;
  readonly option: string;
  readonly value: unknown;
  readonly from: string;
}
