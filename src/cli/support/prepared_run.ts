import { leakVerdict } from '../../lockstep/leak_verdict';
import { TargetJudge } from '../../lockstep/target_judge';
import { isOutsideProgram } from '../../program/outside_program';
import type { CallAnswers } from '../../outside/answers/call_answers';
import type { Program } from '../../program/program';
import { runOnModel } from '../../session/run_model';
import { Session } from '../../session/session';
import type { Verdict } from '../../session/verdict';
import type { RunConditions } from './conditions';
import { profileNamed } from '../../session/named';
import { note } from './output';
import { openOutsideJudge } from './outside/outside_run';
import { conditionedOptions } from '../../session/session_options';
import { chooseTarget } from '../../targets/choose_target';

/** A program ready to run: on the model, or on a target that stays open between runs. */
export interface PreparedRun {
  readonly conditions: RunConditions;
  readonly session: Session;
  /** Runs the program once, from an empty world. */
  judge(): Promise<Verdict>;
  /** Observations of the target that were compared in the last run; 0 on the model. */
  compared(): number;
  /** Of a program of user space: how often the last run asked whether a promise is kept. */
  asked?(): number;
  /** Of a program of user space: what the kernel answered in the run of a verdict. */
  answersBehind?(verdict: Verdict): CallAnswers | undefined;
  close(): Promise<void>;
}

/**
 * Opens what a program runs on.
 * @param target - model, or a target as chooseTarget takes it
 */
export async function prepareRun(program: Program, conditions: RunConditions, target: string): Promise<PreparedRun> {
  if (isOutsideProgram(program)) return prepareOutsideRun(program, conditions, target);
  const profile = profileNamed(program.profile);
  const choice = chooseTarget(target, target === 'model' ? undefined : profile.name, note);
  if (choice.kind === 'model') {
    const session = new Session(conditionedOptions(profile, conditions));
    const judge = () => Promise.resolve(runOnModel(session, program).verdict);
    return { conditions, session, judge, compared: () => 0, close: () => Promise.resolve() };
  }
  const link = await choice.open();
  const session = new Session(conditionedOptions(profile, conditions, link.abi));
  const judge = new TargetJudge(choice.open, session, link);
  let before = 0;
  return {
    conditions,
    session,
    judge: async () => {
      before = judge.compared;
      const verdict = await judge.judge(program);
      return verdict.kind === 'clean' ? leakVerdict(judge, program) : verdict;
    },
    compared: () => judge.compared - before,
    close: () => judge.close(),
  };
}

async function prepareOutsideRun(program: Program, conditions: RunConditions, target: string): Promise<PreparedRun> {
  const judge = await openOutsideJudge(program, target);
  judge.measures = true;
  let [before, askedBefore] = [0, 0];
  return {
    conditions,
    session: judge.session,
    judge: () => {
      before = judge.compared;
      askedBefore = judge.asked;
      return judge.judge(program);
    },
    asked: () => judge.asked - askedBefore,
    answersBehind: (verdict) => judge.answersBehind(verdict),
    compared: () => judge.compared - before,
    close: () => judge.close(),
  };
}
