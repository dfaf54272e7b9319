import type { Abi } from './abi';
import type { Rules } from './rules';

/** A complete set of rules with a name, and the sizes of its kernel build. */
export interface Profile {
  readonly name: string;
  readonly title: string;
  /** The release whose functions it has: 6.12.43; a series, 6.12, means its newest. */
  readonly release: string;
  readonly rules: Rules;
  readonly abi: Abi;
  /** The design that it follows, which commands name. Absent: a kernel. */
  readonly design?: string;
  /**
   * The systems that the profile is about (`system` of commands), if its design says nothing of the others. Absent:
   * all.
   */
  readonly systems?: readonly string[];
  /** Names of commands that the kernel does not have, though its release has the function. */
  readonly lacks?: readonly string[];
  /** The reason why no kernel can be compared with the profile. Absent: kernels can. */
  readonly modelOnly?: string;
}
