import type { Abi } from '../rules/abi';

/** How a target ended before it answered. */
export interface Death {
  readonly kind: 'panic' | 'hang' | 'killed' | 'boot-failed' | 'protocol';
  /** One line. */
  readonly detail: string;
  /** The last text that it printed. */
  readonly console: string;
  /** The program and the command that it executed, if it printed them. */
  readonly program?: number;
  readonly command?: number;
}

/** Words of the reply to a batch, or the target's death. */
export type Answer =
  { readonly words: Uint32Array; readonly death?: undefined } | { readonly words?: undefined; readonly death: Death };

/** A target that executes programs in their binary form: a Linux VM, or a process on stdin and stdout. */
export interface Link {
  readonly name: string;
  /** The profile whose rules the target is compared with. */
  readonly profile: string;
  /** Sizes of this build, as the target said. */
  readonly abi: Abi;
  /** Milliseconds from its start to its first answer; absent: it is there at once. */
  readonly boot_ms?: number;
  /** Several requests may be in flight; answers come in order. */
  execute(request: Buffer): Promise<Answer>;
  /** Text of the splats since the last query. */
  splats(): Promise<string>;
  /** Lets the warnings that the kernel prints only once appear again. */
  rearm(): Promise<void>;
  /** Bytes of memory in use in the target, to find leaks by repetition; 0 where the target does not know. */
  memoryInUse(): Promise<number>;
  close(): Promise<void>;
}
