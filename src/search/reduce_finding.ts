import { explain, explainAsync, type Answer, type ExplainResult } from '../reduce/explain';
import { reduce, reduceAsync, type Budget, type ReduceResult } from '../reduce/reduce';
import { shorterPrograms, sidewaysPrograms } from '../generate/shorter';
import { findProfile, type Profile } from '../rules/profiles';
import type { Program } from '../program/program';
import type { Session } from '../session/session';
import { runOnModel } from '../session/run_model';
import type { TargetJudge } from '../lockstep/target_judge';
import { signatureOf, type Verdict, placeOf } from '../session/verdict';
import type { RawFinding } from './raw_findings';

/** Programs that one reduction may execute on the model. */
const EXECUTIONS_MODEL = 200_000;
/** The same on a target. */
const EXECUTIONS_LINK = 12_000;
/** The same on a target that dies of each failing program and boots again. */
const EXECUTIONS_DEADLY = 80;
/** Programs that the explanation of a reduced program may execute on the model. */
const EXPLAIN_MODEL = 1_500;
/** The same on a target. A target that dies is not asked. */
const EXPLAIN_LINK = 200;
/**
 * New programs made from the commands of a reduced one, for each of its calls. They are cheap on the model, and often
 * shorter.
 */
const SHORTER_TRIED_PER_CALL = 4_000;
const SHORTER_TRIED_PER_CALL_LINK = 1_000;
/** Share of that number for new programs of the same length. */
const SIDEWAYS = 0.25;
/** Share of that number for shorter programs, for each program of the same length that shows the finding. */
const FEW = 0.05;

/**
 * The smallest program found that shows the same signature on the model.
 * @param failedAt - position of the guilty call, where known
 * @param expired - called before each execution; true ends the reduction
 */
export function reduceOnModel(
  session: Session,
  program: Program,
  signature: string,
  failedAt?: number,
  expired?: () => boolean,
): ReduceResult {
  const stillFails = (candidate: Program): boolean => signatureOf(runOnModel(session, candidate).verdict) === signature;
  return reduce(program, stillFails, {
    maxExecutions: EXECUTIONS_MODEL,
    expired,
    failedAt: failedAt !== undefined && failedAt < program.calls.length ? failedAt : undefined,
    ...othersOn(session, SHORTER_TRIED_PER_CALL),
  });
}

/** Makers of new programs, on the rules of a session. */
function othersOn({ world }: Session, triedPerCall: number): Pick<Budget, 'shorter' | 'sideways'> {
  const profileOf = ({ profile }: Program): Profile => ({
    ...(findProfile(profile) as Profile),
    ...{ rules: world.rules, abi: world.abi },
  });
  return {
    shorter: (best, few) =>
      shorterPrograms(best, profileOf(best), Math.floor((few ? FEW : 1) * triedPerCall * best.calls.length)),
    sideways: (best) =>
      sidewaysPrograms(best, profileOf(best), Math.floor(SIDEWAYS * triedPerCall * best.calls.length)),
  };
}

/**
 * The smallest program found that shows the same signature on a target.
 * @param deadly - whether the finding is a death of the target
 * @param expired - called before each execution; true ends the reduction
 */
export function reduceOnTarget(
  judge: TargetJudge,
  program: Program,
  signature: string,
  deadly: boolean,
  expired?: () => boolean,
): Promise<ReduceResult> {
  const stillFails = async (candidate: Program): Promise<boolean> =>
    signatureOf(await judge.judge(candidate)) === signature;
  if (deadly) return reduceAsync(program, stillFails, { maxExecutions: EXECUTIONS_DEADLY, expired });
  const others = othersOn(judge.session, SHORTER_TRIED_PER_CALL_LINK);
  return reduceAsync(program, stillFails, { maxExecutions: EXECUTIONS_LINK, expired, ...others });
}

/**
 * The smallest program of a finding on a target, with its verdict there. A finding that no program shows alone is
 * returned as it is.
 */
export async function reduceFinding(
  judge: TargetJudge,
  raw: RawFinding,
  expired?: () => boolean,
): Promise<{ program: Program; executions: number; verdict: Verdict }> {
  if (placeOf(raw.verdict) === null) return { program: raw.program, executions: 0, verdict: raw.verdict };
  const deadly = raw.verdict.kind === 'death';
  const { program, executions } = await reduceOnTarget(judge, raw.program, raw.signature, deadly, expired);
  const again = await judge.judge(program);
  return { program, executions, verdict: again.kind === 'clean' ? raw.verdict : again };
}

/**
 * What may vary in a reduced program, and the nearest program that does not fail, on the model.
 * @param expired - called before each execution; true ends the explanation
 */
export function explainOnModel(
  session: Session,
  program: Program,
  signature: string,
  expired?: () => boolean,
): ExplainResult {
  const ask = (candidate: Program): Answer => {
    const { verdict, steps } = runOnModel(session, candidate);
    return answerOf(verdict, signature, steps.filter(({ outcome, settling }) => outcome < 0 && !settling).length);
  };
  return explain(program, ask(program).skipped, ask, { maxExecutions: EXPLAIN_MODEL, expired });
}

/** The same on a target. A death costs a boot for each candidate, so it is not explained. */
export async function explainOnTarget(
  judge: TargetJudge,
  program: Program,
  signature: string,
  verdict: Verdict,
  expired?: () => boolean,
): Promise<ExplainResult | undefined> {
  if (verdict.kind === 'death') return undefined;
  // Skipped calls are the same on both sides.
  const skippedIn = (candidate: Program): number =>
    runOnModel(judge.session, candidate).steps.filter(({ outcome, settling }) => outcome < 0 && !settling).length;
  const ask = async (candidate: Program): Promise<Answer> =>
    answerOf(await judge.judge(candidate), signature, skippedIn(candidate));
  return explainAsync(program, skippedIn(program), ask, { maxExecutions: EXPLAIN_LINK, expired });
}

function answerOf(verdict: Verdict, signature: string, skipped: number): Answer {
  if (signatureOf(verdict) === signature) return { ends: 'same', skipped };
  return { ends: verdict.kind === 'clean' ? 'clean' : 'other', skipped };
}
