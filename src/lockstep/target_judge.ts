import type { Program } from '../program/program';
import { firstComplaint, judgeOnLink } from './judge';
import type { Link } from './link';
import { openInTime, type IsOver, type OpenTarget } from './limited_link';
import type { Session } from '../session/session';
import type { Place, Verdict } from '../session/verdict';
import { stepUntilDeath } from './step_until_death';

/** Judges programs, and says whether two of them show the same finding. */
export interface ProgramJudge {
  /** The model that follows the programs. */
  readonly session: Session;
  judge(program: Program): Promise<Verdict>;
}

/** A judge that has a target open. */
export interface OpenJudge extends ProgramJudge {
  /** Answers of the target that were compared or judged so far. */
  readonly compared: number;
  close(): Promise<void>;
}

/**
 * Judges programs on a target that may die. It opens the target again after each death. Where a death does not name its
 * call, it steps through the program call by call.
 */
export class TargetJudge implements OpenJudge {
  private current: Link | null;
  /** Observations of the target that were compared so far. */
  compared = 0;

  /**
   * @param link - open, or null: it is opened when first needed
   * @param isOver - from then on each judgement throws OutOfTimeError; default: never
   */
  constructor(
    private readonly open: OpenTarget,
    readonly session: Session,
    link: Link | null = null,
    private readonly isOver?: IsOver,
  ) {
    this.current = link;
  }

  async link(): Promise<Link> {
    this.current ??= this.isOver === undefined ? await this.open() : await openInTime(this.open, this.isOver);
    return this.current;
  }

  async judge(program: Program): Promise<Verdict> {
    const link = await this.link();
    const { verdict, compared } = await judgeOnLink(this.session, link, program);
    this.compared += compared;
    if (verdict.kind === 'splat') await link.rearm();
    if (verdict.kind !== 'death') return verdict;
    await this.forget();
    const place = verdict.place ?? (await this.stepThrough(program));
    return place === null ? verdict : this.beforeDeath(program, { ...verdict, place });
  }

  /**
   * A death loses the answers to all calls. A difference or a splat before the last call is where the trouble began,
   * and it can be reproduced without a boot each time.
   */
  private async beforeDeath(program: Program, death: Extract<Verdict, { kind: 'death' }>): Promise<Verdict> {
    const link = await this.link();
    const { verdict, compared } = await judgeOnLink(this.session, link, program, death.place?.call);
    this.compared += compared;
    if (verdict.kind === 'splat') await link.rearm();
    if (verdict.kind === 'divergence' || verdict.kind === 'splat') return verdict;
    if (verdict.kind === 'death') await this.forget();
    return verdict.kind === 'clean' ? firstComplaint(death) : death;
  }

  private async stepThrough(program: Program): Promise<Place | null> {
    const place = await stepUntilDeath(this.session, await this.link(), program);
    if (place !== null) await this.forget();
    return place;
  }

  async close(): Promise<void> {
    await this.forget();
  }

  /** Drops the target: the next question opens it again. */
  async forget(): Promise<void> {
    await this.current?.close();
    this.current = null;
  }
}
