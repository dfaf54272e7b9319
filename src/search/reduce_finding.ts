import { reduce, reduceAsync, type ReduceResult } from '../reduce/reduce';
import { newPrograms } from '../generate/new_programs';
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
/**
 * New programs made from the commands of a reduced one, for each of its calls. They are cheap on the model, and often
 * shorter.
 */
const SHORTER_TRIED_PER_CALL = 4_000;
const SHORTER_TRIED_PER_CALL_LINK = 1_000;

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
    ...othersOn(session, program, SHORTER_TRIED_PER_CALL),
  });
}

/** Makers of new programs, on the rules of a session. */
function othersOn({ world }: Session, { profile }: Program, triedPerCall: number): ReturnType<typeof newPrograms> {
  return newPrograms({ ...(findProfile(profile) as Profile), rules: world.rules, abi: world.abi }, triedPerCall);
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
  const others = othersOn(judge.session, program, SHORTER_TRIED_PER_CALL_LINK);
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
