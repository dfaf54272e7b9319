import type { Program } from '../program/program';
import { ExecFlag, REPLY_WORDS_PER_CALL } from '../protocol/exec';
import { Batch } from './batch';
import { judgeOnLink } from './judge';
import type { Link } from './link';
import { openInTime, type IsOver, type OpenTarget } from './limited_link';
import { runOnModel } from '../session/run_model';
import type { Session } from '../session/session';
import type { Place, Verdict } from '../session/verdict';

/** The time limit of a request with one program of one call. */
const STEP_REPLY_WORDS = 1 + REPLY_WORDS_PER_CALL;

/**
 * Judges programs on a target that may die. It opens the target again after each death. Where a death does not name its
 * call, it steps through the program call by call.
 */
export class TargetJudge {
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
    return death;
  }

  async close(): Promise<void> {
    await this.forget();
  }

  /** Drops the target: the next question opens it again. */
  async forget(): Promise<void> {
    await this.current?.close();
    this.current = null;
  }

  /** Sends one call at a time until the target dies. Null: it survives this time. */
  private async stepThrough(program: Program): Promise<Place | null> {
    const requests: { request: Buffer; place: Place }[] = [];
    const batch = new Batch();
    let position = 0;
    runOnModel(this.session, program, ({ call, outcome, settling }) => {
      const place = { call: position++, command: call.command.name, settling };
      if (outcome < 0) return;
      batch.clear();
      batch.beginProgram(0);
      batch.executed(this.session.world, call);
      requests.push({ request: batch.request(requests.length === 0 ? 0 : ExecFlag.Continue), place });
    });
    const link = await this.link();
    for (const { request, place } of requests) {
      const answer = await link.execute(request);
      if (answer.death === undefined && answer.words.length === STEP_REPLY_WORDS) continue;
      await this.forget();
      return place;
    }
    return null;
  }
}
