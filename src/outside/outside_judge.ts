import { fatalSplat } from '../lockstep/splats';
import type { Death } from '../lockstep/link';
import type { OpenJudge } from '../lockstep/target_judge';
import type { Program } from '../program/program';
import type { Session } from '../session/session';
import type { Complaint, Place, Verdict } from '../session/verdict';
import { callAnswers, type CallAnswers } from './answers/call_answers';
import { compileProgram, type CompiledProgram } from './compile';
import { judgeProgram, PROLOGUE, type Judgement } from './judge_program';
import { leftBehind } from './left_behind';
import type { OutsideTarget } from './outside_target';

/** Judges programs of the outside one by one, on a kernel that is opened again after each death. */
export class OutsideJudge implements OpenJudge {
  /** Answers of the kernel that were judged. */
  compared = 0;
  /** Questions so far whether a promise is kept. */
  asked = 0;
  /** Also asks what a program leaves behind: it runs some hundred times. */
  measures = false;
  private readonly answers = new WeakMap<Verdict, CallAnswers>();

  /** @param session - its world follows what programs believe */
  constructor(
    readonly target: OutsideTarget,
    readonly session: Session,
  ) {}

  async judge(program: Program): Promise<Verdict> {
    return (await this.look(program)).verdict;
  }

  /** The verdict with what it was judged by; no history where the kernel died. */
  async look(program: Program): Promise<Partial<Judgement> & { readonly verdict: Verdict }> {
    const compiled = compileProgram(this.session, program, PROLOGUE);
    const answer = await this.target.run([compiled.steps]);
    if ('death' in answer) return { verdict: await this.verdictOfDeath(compiled, answer.death) };
    const judgement = judgeProgram(compiled, answer.results[0]);
    this.compared += judgement.returns.length;
    for (const times of judgement.history.asked.values()) this.asked += times;
    const isMeasured = judgement.verdict.kind === 'clean' && this.measures;
    const verdict = isMeasured ? await this.verdictOfRest(compiled) : judgement.verdict;
    this.answers.set(verdict, callAnswers(judgement));
    return { ...judgement, verdict };
  }

  /**
   * The answers of the kernel in the run of a verdict of this judge: after a death, in the longest beginning of the
   * program that it survived.
   */
  answersBehind(verdict: Verdict): CallAnswers | undefined {
    return this.answers.get(verdict);
  }

  close(): Promise<void> {
    return this.target.close();
  }

  /** Whether each run of the program leaves something behind. */
  async verdictOfRest(compiled: CompiledProgram): Promise<Verdict> {
    const left = await leftBehind(this.target, compiled.steps);
    if (left === undefined) return { kind: 'clean' };
    const { counter, each } = left;
    const place = { call: compiled.calls.length, command: 'settle', settling: true };
    const message = `each run leaves ${each.toFixed(1)} objects of ${counter} behind`;
    return { kind: 'promise', place, promise: 'given-back', objectKind: counter, message };
  }

  /** The shortest beginning of the program of which the kernel dies names the guilty call. */
  private async verdictOfDeath(compiled: CompiledProgram, death: Death): Promise<Verdict> {
    let dead = compiled.calls.length;
    let alive = 0;
    let last = death;
    let answers: CallAnswers = new Map();
    while (dead - alive > 1) {
      const middle = (dead + alive) >> 1;
      const answer = await this.target.run([beginningOf(compiled, middle)]);
      if ('death' in answer) {
        dead = middle;
        last = answer.death;
      } else {
        alive = middle;
        answers = callAnswers(judgeProgram(compiled, answer.results[0]));
      }
    }
    const at = compiled.calls.at(dead - 1);
    const place: Place | null =
      at === undefined ? null : { call: at.position, command: at.call.command.name, settling: at.settling };
    const verdict: Verdict = { kind: 'death', place, death: last.kind, console: last.console, ...complaintOf(last) };
    this.answers.set(verdict, answers);
    return verdict;
  }
}

/** The first calls of a program as a program. */
function beginningOf({ steps, calls }: CompiledProgram, count: number): CompiledProgram['steps'] {
  const own = calls.slice(0, count).flatMap((call) => call.steps);
  return { ...steps, steps: [...PROLOGUE, ...own] };
}

export function complaintOf(death: Death): Complaint {
  if (death.kind === 'hang') return { title: 'it does not answer' };
  const splat = death.kind === 'panic' ? fatalSplat(death.console) : undefined;
  if (splat === undefined) return { title: death.detail };
  const { title, source, callers } = splat;
  return { title, ...(source === undefined ? {} : { source }), callers };
}
