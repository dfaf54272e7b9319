import type { StepProgramResult } from '../../commands/outside/step';
import { parseSplats } from '../../lockstep/splats';
import type { ProgramJudge } from '../../lockstep/target_judge';
import { answersOf } from '../../outside/answers/answers_of';
import type { ProgramAnswers } from '../../outside/answers/answer';
import { compileProgram, countSteps, type CompiledProgram } from '../../outside/compile';
import { PROLOGUE } from '../../outside/judge_program';
import { OutsideJudge } from '../../outside/outside_judge';
import type { OutsideTarget } from '../../outside/outside_target';
import { printCall } from '../../program/print';
import type { Program } from '../../program/program';
import type { Session } from '../../session/session';
import type { Place, Verdict } from '../../session/verdict';
import type { AnswerDifference } from './answer_difference';
import { comparePrograms, type ProgramComparison } from './compare_programs';
import { changeBehind, type KnownChange } from './known_change';
import type { Pair } from '../pair';

/** Runs on each kernel that a difference must show in alike: what chance makes differs from run to run. */
export const RUNS = 3;
const RUNS_REDUCING = 2;

/** The verdict on a program that ran on two kernels, and what it rests on. */
export interface PairLook {
  readonly verdict: Verdict;
  readonly comparison?: ProgramComparison<KnownChange>;
  /** The part of an answer that differs from run to run on one kernel: the program left something to chance. */
  readonly chance?: AnswerDifference;
  readonly bothDied?: boolean;
}

/** Judges programs of user space by what two kernels say of them. */
export class OutsidePairJudge implements ProgramJudge {
  private readonly alone: Pair<OutsideJudge>;

  constructor(
    readonly targets: Pair<OutsideTarget>,
    readonly session: Session,
    private readonly names: Pair<string>,
    private readonly changes: readonly KnownChange[],
  ) {
    this.alone = [new OutsideJudge(targets[0], session), new OutsideJudge(targets[1], session)];
  }

  async judge(program: Program): Promise<Verdict> {
    return (await this.look(program, RUNS_REDUCING)).verdict;
  }

  /** Runs a program several times on each kernel. @param runs - 1 or more */
  async look(program: Program, runs = RUNS): Promise<PairLook> {
    const compiled = compileProgram(this.session, program, PROLOGUE);
    const programs = Array.from({ length: runs }, () => compiled.steps);
    const [a, b] = await Promise.all(this.targets.map((target) => target.run(programs)));
    if ('death' in a || 'death' in b) return this.lookAtDeath(program, ['death' in a, 'death' in b]);
    return this.compareRuns(program, compiled, [a.results, b.results]);
  }

  /** Compares the answers of several runs on each kernel. */
  compareRuns(program: Program, compiled: CompiledProgram, results: Pair<readonly StepProgramResult[]>): PairLook {
    const splat = this.splatOfOne(compiled, results);
    if (splat !== undefined) return { verdict: splat };
    const answers = results.map((runs) => runs.map((run) => answersOf(compiled, run)));
    const comparison = this.compare(compiled, [answers[0][0], answers[1][0]]);
    const { difference } = comparison;
    const chance = this.chanceIn(compiled, answers, difference);
    if (chance !== undefined) return { verdict: { kind: 'clean' }, comparison, chance };
    const verdict = difference === undefined ? CLEAN : this.verdictOf(program, difference);
    return { verdict, comparison };
  }

  compare(compiled: CompiledProgram, answers: Pair<ProgramAnswers>): ProgramComparison<KnownChange> {
    const releases: Pair<string> = [this.targets[0].release ?? '', this.targets[1].release ?? ''];
    return comparePrograms(compiled, answers, (difference) => changeBehind(difference, releases, this.changes));
  }

  /** The first part of an answer that is not the same in each run of one kernel, or in each pair of runs. */
  private chanceIn(
    compiled: CompiledProgram,
    answers: readonly (readonly ProgramAnswers[])[],
    seen: AnswerDifference | undefined,
  ): AnswerDifference | undefined {
    for (const [first, ...others] of answers)
      for (const other of others) {
        const { difference } = comparePrograms(compiled, [first, other], () => undefined);
        if (difference !== undefined) return difference;
      }
    for (let run = 1; run < answers[0].length; run++) {
      const { difference } = this.compare(compiled, [answers[0][run], answers[1][run]]);
      if (keyOf(difference) !== keyOf(seen)) return difference ?? seen;
    }
    return undefined;
  }

  private verdictOf(program: Program, { compiled, field, values }: AnswerDifference): Verdict {
    const [a, b] = this.names;
    const message = `${a} says ${values[0]}, ${b} says ${values[1]}: ${printCall(compiled.call, program.names)}`;
    return { kind: 'divergence', place: placeOf(compiled), field, message, between: this.names };
  }

  /** A warning of one kernel alone. */
  private splatOfOne(
    compiled: CompiledProgram,
    results: Pair<readonly StepProgramResult[]>,
  ): Extract<Verdict, { kind: 'splat' }> | undefined {
    const [a, b] = results.map((runs) => runs.map((run) => splatIn(compiled, run)));
    for (const [side, own, others] of [[0, a, b] as const, [1, b, a] as const]) {
      const splat = own.find((one) => one !== undefined);
      if (splat !== undefined && others.every((one) => one === undefined)) return { ...splat, only: this.names[side] };
    }
    return undefined;
  }

  private async lookAtDeath(program: Program, died: Pair<boolean>): Promise<PairLook> {
    if (died[0] && died[1]) return { verdict: CLEAN, bothDied: true };
    const side = died[0] ? 0 : 1;
    const verdict = await this.alone[side].judge(program);
    if (verdict.kind === 'death') return { verdict: { ...verdict, only: this.names[side] } };
    const title = 'it died of the program once, and not again';
    return {
      verdict: { kind: 'death', place: null, death: 'unconfirmed', title, console: '', only: this.names[side] },
    };
  }
}

const CLEAN: Verdict = { kind: 'clean' };

const keyOf = (difference: AnswerDifference | undefined): string =>
  difference === undefined ? '' : [difference.compiled.position, difference.field, ...difference.values].join('\n');

const placeOf = ({ call, position, settling }: CompiledProgram['calls'][number]): Place => ({
  call: position,
  command: call.command.name,
  settling,
});

/** The first warning of a run. */
function splatIn(
  { calls }: CompiledProgram,
  { results, log }: StepProgramResult,
): Extract<Verdict, { kind: 'splat' }> | undefined {
  const [at, text] = results.map((one) => [one.step, one.log] as const).find(([, words]) => words !== '') ?? [-1, log];
  const [splat] = parseSplats(text);
  if (splat === undefined) return undefined;
  const compiled = calls.find(({ firstStep, steps }) => at >= firstStep && at < firstStep + countSteps(steps));
  const place = compiled === undefined ? { call: calls.length, command: 'settle', settling: true } : placeOf(compiled);
  const { title, source, callers } = splat;
  return { kind: 'splat', place, title, ...(source === undefined ? {} : { source }), callers, text: splat.text };
}
