import type { Abi } from '../rules/abi';
import type { Link } from '../lockstep/link';
import { leakVerdict } from '../lockstep/leak_verdict';
import { TargetJudge } from '../lockstep/target_judge';
import { runOnModel } from '../session/run_model';
import { UsageError } from '../session/errors';
import type { Verdict } from '../session/verdict';
import { chooseTarget } from '../targets/choose_target';
import { conditioned, sessionFor } from './conditions';
import { resultOf } from './run_result';
import type { Program, RunOptions, RunResult } from './types';

/** How to open a target. */
export interface TargetOptions {
  /** The profile to compare with, where the target does not determine it: a key of `profiles`. */
  readonly profile?: string;
  /** Called with a line for each slow step. */
  readonly say?: (line: string) => void;
}

/** How to run a program on a target. */
export interface RunOnTargetOptions extends Omit<RunOptions, 'profile'> {
  /**
   * False: the target's memory is not measured. Measuring runs the program some hundred times, and finds leaks that
   * the comparison does not show. Default: true.
   */
  readonly measureLeak?: boolean;
}

/** A target that is open. */
export interface OpenTarget {
  readonly name: string;
  /** Name of the profile that it is compared with. */
  readonly profile: string;
  /**
   * Runs a program on the model and on the target, and compares them after each call. A death of the target is a
   * finding; it is opened anew for the next program. One program runs at a time: a second call waits.
   *
   * @throws UsageError as `runProgram` does, TargetUnavailableError when the target cannot be opened again
   */
  run(program: Program, options?: RunOnTargetOptions): Promise<RunResult>;
  close(): Promise<void>;
}

/**
 * Opens a target: boots a VM, or starts a process. Close it in the end, because an open target keeps Node running.
 *
 * @param name - linux-6.1, linux-6.12, a directory with a bzImage and a build tree, or a program that speaks the
 *   protocol
 * @throws UsageError when there is no such target, TargetUnavailableError when it is not set up or does not start
 */
export async function openTarget(name: string, options: TargetOptions = {}): Promise<OpenTarget> {
  const choice = chooseTarget(name, options.profile, options.say ?? (() => undefined));
  if (choice.kind === 'model') throw new UsageError('target model needs no opening: runProgram(program) runs on it');
  return new LinkTarget(name, choice.open, await choice.open());
}

/**
 * Runs one program on a target that is opened for it: `openTarget` is faster for many.
 *
 * @throws UsageError and TargetUnavailableError as `openTarget` and `OpenTarget.run` do
 */
export async function runOnTarget(
  program: Program,
  target: string,
  options: RunOnTargetOptions & TargetOptions = {},
): Promise<RunResult> {
  const open = await openTarget(target, { ...options, profile: options.profile ?? program.profile });
  try {
    return await open.run(program, options);
  } finally {
    await open.close();
  }
}

class LinkTarget implements OpenTarget {
  readonly profile: string;
  private readonly abi: Abi;
  /** The link that the next judge goes on with; null: it is opened. */
  private link: Link | null;
  /** Ends when all programs so far have run. */
  private idle: Promise<unknown> = Promise.resolve();

  constructor(
    readonly name: string,
    private readonly open: () => Promise<Link>,
    link: Link,
  ) {
    this.link = link;
    this.profile = link.profile;
    this.abi = link.abi;
  }

  run(program: Program, options: RunOnTargetOptions = {}): Promise<RunResult> {
    const result = this.idle.then(() => this.runNext(program, options));
    this.idle = result.catch(() => undefined);
    return result;
  }

  async close(): Promise<void> {
    await this.idle;
    await this.link?.close();
    this.link = null;
  }

  private async runNext(program: Program, options: RunOnTargetOptions): Promise<RunResult> {
    const own = conditioned(program, { ...options, profile: this.profile });
    const session = sessionFor(own, this.abi);
    const judge = new TargetJudge(this.open, session, this.link);
    this.link = null;
    let verdict: Verdict = await judge.judge(own);
    if (verdict.kind === 'clean' && options.measureLeak !== false) verdict = await leakVerdict(judge, own);
    const { steps } = runOnModel(session, own);
    this.link = await judge.link();
    return resultOf(own, this.name, verdict, steps);
  }
}
