import type { Reference } from './references/reference';

/** A cause as data: its words, and the objects, references and fields that they name. */
export interface Cause {
  readonly text: string;
  /** Keys of the objects that the words name, the guilty one first. */
  readonly objects: readonly string[];
  /** The guilty references: held and not counted, counted and not held, or of the wrong kind. */
  readonly references?: readonly Reference[];
  /** Fields that the words compare, by the kernel's names. */
  readonly fields?: readonly string[];
}

/** An explanation of one statement; null where it has nothing to say. */
export type Explain<Subject> = (subject: Subject) => Cause | null;
