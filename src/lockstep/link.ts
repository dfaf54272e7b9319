import type { Abi } from '../rules/abi';

/** How a target ended before it answered. */
export interface Death {
  readonly kind: 'panic' | 'hang' | 'killed' | 'boot-failed' | 'protocol';
  /** One line. */
  readonly detail: string;
  /** What it printed last. */
  readonly console: string;
  /** Where it stood, if it said so. */
  readonly program?: number;
  readonly command?: number;
}

/** Words of the reply to a batch, or the target's death. */
export type Answer =
  { readonly words: Uint32Array; readonly death?: undefined } | { readonly words?: undefined; readonly death: Death };

/** A target that executes programs in their binary form: a Linux VM, or a process on stdin and stdout. */
export interface Link {
  readonly name: string;
  /** Which profile's rules the target is compared with. */
  readonly profile: string;
  /** Sizes of this build, as the target said. */
  readonly abi: Abi;
  /** Several requests may be in flight; answers come in order. */
  execute(request: Buffer): Promise<Answer>;
  /** Text of the splats since last asked. */
  splats(): Promise<string>;
  /** Warnings that speak only once may speak again. */
  rearm(): Promise<void>;
  /** Bytes of memory in use in the target, 0 where it cannot say: to find leaks by repetition. */
  memoryInUse(): Promise<number>;
  close(): Promise<void>;
}
