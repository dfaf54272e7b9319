import { Batch } from '../../lockstep/batch';
import type { Answer } from '../../lockstep/link';
import { compareBatch } from '../../lockstep/lockstep';
import type { Program } from '../../program/program';
import type { ReleaseBug } from '../../rules/bugs/release_bugs';
import { isExecutedAt, runOnModel } from '../../session/run_model';
import type { BlindKernel } from './blind_kernel';

/**
 * The kernel's answers to a program up to a call, and in it. Nothing behind the call is executed: the kernel might die
 * of it. Models with other bugs are compared with the same answers as long as they execute the same calls. A question
 * goes to a fresh guest: what an earlier run left behind would be a difference of its own.
 */
export class RecordedAnswers {
  private readonly answers = new Map<string, Answer>();

  constructor(
    private readonly kernel: BlindKernel,
    private readonly program: Program,
    private readonly call: number,
  ) {}

  /** Returns whether a model with some more bugs executes the call, and agrees with the kernel up to it and in it. */
  async agree(bugs: readonly ReleaseBug[]): Promise<boolean> {
    const { kernel, program, call } = this;
    const session = await kernel.session(bugs, false);
    const batch = new Batch();
    batch.beginProgram(0);
    let position = 0;
    const { steps } = runOnModel(session, program, (step) => {
      if (position++ <= call && step.outcome >= 0) batch.executed(session.world, step.call);
    });
    // A model that skips the call says nothing of it.
    if (!isExecutedAt(program, steps, call)) return false;
    const answer = await this.answerTo(batch.request());
    const link = await kernel.link();
    return (await compareBatch({ ...link, execute: () => Promise.resolve(answer) }, batch)) === null;
  }

  private async answerTo(request: Buffer): Promise<Answer> {
    const key = request.toString('base64');
    const known = this.answers.get(key);
    if (known !== undefined) return known;
    await this.kernel.close();
    const answer = await (await this.kernel.link()).execute(request);
    if (answer.death !== undefined) await this.kernel.close();
    this.answers.set(key, answer);
    return answer;
  }
}
