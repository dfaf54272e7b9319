import type { World } from '../../../src/model/world/world';

/** One mistake made by hand in the world that a program leaves. */
export interface Harm {
  readonly what: string;
  /** The invariants that fail, in order, with ', ' between them; '' when there is no harm. */
  readonly invariant: string;
  readonly program: string;
  readonly harm: (world: World) => void;
  /** Default: the newest kernel's. */
  readonly profile?: string;
  /** The harm is visible only after settle. */
  readonly settled?: boolean;
  /** No command touched the harmed object: the check after a command ignores it. */
  readonly untouched?: boolean;
  /** The number of violations; default: one for each invariant. */
  readonly times?: number;
  /** The check of the whole world may report another number of violations. */
  readonly anyTimes?: boolean;
}

/** Several harms to the world of one program, by their descriptions. */
export function harmsTo(
  invariant: string,
  program: string,
  harms: Readonly<Record<string, (world: World) => unknown>>,
  more: Partial<Harm> = {},
): Harm[] {
  return Object.entries(harms).map(([what, harm]) => ({
    what,
    invariant,
    program,
    harm: (w) => void harm(w),
    ...more,
  }));
}
