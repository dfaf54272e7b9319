import type { World } from '../../../src/model/world/world';

/** One thing made wrong by hand in the world that a program leaves. */
export interface Harm {
  readonly what: string;
  /** Which invariants say so, in their order, with ', ' between them; '': no harm is done. */
  readonly invariant: string;
  readonly program: string;
  readonly harm: (world: World) => void;
  /** Absent: the newest kernel's. */
  readonly profile?: string;
  /** It can be seen only after settle. */
  readonly settled?: boolean;
  /** No command touched what is harmed: the check after a command leaves it alone. */
  readonly untouched?: boolean;
  /** How often it is told; absent: each invariant once. */
  readonly times?: number;
  /** The check of the whole world has another way to tell it. */
  readonly anyTimes?: boolean;
}

/** Several harms to the world that one program leaves, by what they are. */
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
