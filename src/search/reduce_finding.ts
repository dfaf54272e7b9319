import { explain, explainAsync, type Answer, type ExplainResult } from '../reduce/explain';
import { reduce, reduceAsync, type Budget, type ReduceProgress, type ReduceResult } from '../reduce/reduce';
import { newPrograms } from '../generate/new_programs';
import { findProfile, type Profile } from '../rules/profiles';
import type { Program } from '../program/program';
import type { Session } from '../session/session';
import { runOnModel } from '../session/run_model';
import { OutOfTimeError } from '../lockstep/limited_link';
import type { ProgramJudge } from '../lockstep/target_judge';
import { signatureOf, type Verdict, placeOf } from '../session/verdict';
import type { RawFinding } from './raw_findings';
import { ReleaseBugs } from './release_bugs';

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
/** The longest time without a look at signals and timers. */
const BREATH_MS = 50;

/** The limits of one reduction. */
export interface ReduceLimits {
  /** Position of the guilty call, where known. */
  readonly failedAt?: number;
  /** Called before each execution; true ends the reduction. */
  readonly expired?: (progress: ReduceProgress) => boolean;
  /** Candidates that are executed at most; absent: the usual number. */
  readonly executions?: number;
}

/** The smallest program found that shows the same signature on the model. */
export function reduceOnModel(
  session: Session,
  program: Program,
  signature: string,
  failedAt?: number,
  expired?: ReduceLimits['expired'],
): ReduceResult {
  const stillFails = failsAs(session, program, signature);
  return reduce(program, stillFails, modelBudget(session, program, { failedAt, expired }));
}

/** The same, so that signals are handled meanwhile. */
export function reduceOnModelAsync(
  session: Session,
  program: Program,
  signature: string,
  limits: ReduceLimits,
): Promise<ReduceResult> {
  let breathed_ms = performance.now();
  const failsTo = failsAs(session, program, signature);
  const stillFails = (candidate: Program): boolean | Promise<boolean> => {
    const fails = failsTo(candidate);
    if (performance.now() - breathed_ms < BREATH_MS) return fails;
    return new Promise((resolve) =>
      setImmediate(() => {
        breathed_ms = performance.now();
        resolve(fails);
      }),
    );
  };
  return reduceAsync(program, stillFails, modelBudget(session, program, limits));
}

/**
 * Asks whether a candidate fails as the program does. A program of a new bug must not become one of a bug that a later
 * release mends, though both break the same invariant.
 */
function failsAs(session: Session, program: Program, signature: string): (candidate: Program) => boolean {
  const bugs = new ReleaseBugs(session.options, findProfile(program.profile) as Profile);
  const isNew = bugs.behind(program, runOnModel(session, program).verdict) === undefined;
  return (candidate) => {
    const { verdict } = runOnModel(session, candidate);
    return signatureOf(verdict) === signature && (!isNew || bugs.behind(candidate, verdict) === undefined);
  };
}

function modelBudget(session: Session, program: Program, { failedAt, expired, executions }: ReduceLimits): Budget {
  return {
    maxExecutions: executions ?? EXECUTIONS_MODEL,
    expired,
    failedAt: failedAt !== undefined && failedAt < program.calls.length ? failedAt : undefined,
    ...othersOn(session, program, SHORTER_TRIED_PER_CALL),
  };
}

/** Makers of new programs, on the rules of a session. */
function othersOn({ world }: Session, { profile }: Program, triedPerCall: number): ReturnType<typeof newPrograms> {
  return newPrograms({ ...(findProfile(profile) as Profile), rules: world.rules, abi: world.abi }, triedPerCall);
}

/** A smaller program of a finding on a target, and the verdict on it there. */
export interface ReducedOnTarget extends Omit<ReduceResult, 'phases'> {
  readonly verdict: Verdict;
  readonly phases: ReduceResult['phases'];
}

/**
 * The smallest program of a finding on a target, with its verdict there. A finding that no program shows alone is
 * returned as it is. So is one whose target does not answer in time. A violation is the model's own: the target is not
 * asked, which may die of each candidate.
 */
export async function reduceFinding(
  judge: ProgramJudge,
  raw: Pick<RawFinding, 'program' | 'verdict' | 'signature'>,
  expired?: ReduceLimits['expired'],
  executions?: number,
): Promise<ReducedOnTarget> {
  if (placeOf(raw.verdict) === null)
    return { program: raw.program, executions: 0, verdict: raw.verdict, phases: [], exhausted: false };
  if (raw.verdict.kind === 'violation') return reduceViolation(judge.session, raw, { expired, executions });
  const shown = new Shown(judge, raw);
  const deadly = raw.verdict.kind === 'death';
  const others = deadly ? {} : othersOn(judge.session, raw.program, SHORTER_TRIED_PER_CALL_LINK);
  const maxExecutions = executions ?? (deadly ? EXECUTIONS_DEADLY : EXECUTIONS_LINK);
  const reduced = await reduceAsync(raw.program, (candidate) => shown.again(candidate), {
    maxExecutions,
    expired: (progress) => shown.isOutOfTime || expired?.(progress) === true,
    ...others,
  });
  const verdict = await shown.verdictOf(reduced.program);
  if (verdict === null) return { ...reduced, program: shown.program, verdict: shown.verdict, exhausted: true };
  return { ...reduced, verdict: verdict.kind === 'clean' ? raw.verdict : verdict };
}

async function reduceViolation(
  session: Session,
  { program, verdict, signature }: Pick<RawFinding, 'program' | 'verdict' | 'signature'>,
  limits: ReduceLimits,
): Promise<ReducedOnTarget> {
  const failedAt = placeOf(verdict)?.call;
  const reduced = await reduceOnModelAsync(session, program, signature, { ...limits, failedAt });
  const last = runOnModel(session, reduced.program).verdict;
  return { ...reduced, verdict: last.kind === 'clean' ? verdict : last };
}

/** The smallest program that has shown a finding on a target, and how. */
class Shown {
  program: Program;
  verdict: Verdict;
  isOutOfTime = false;
  private readonly signature: string;

  constructor(
    private readonly judge: ProgramJudge,
    raw: Pick<RawFinding, 'program' | 'verdict' | 'signature'>,
  ) {
    this.program = raw.program;
    this.verdict = raw.verdict;
    this.signature = raw.signature;
  }

  /** Returns whether the program shows the finding too. */
  async again(candidate: Program): Promise<boolean> {
    const verdict = await this.verdictOf(candidate);
    if (verdict === null || signatureOf(verdict) !== this.signature) return false;
    if (candidate.calls.length <= this.program.calls.length) Object.assign(this, { program: candidate, verdict });
    return true;
  }

  /** Null when the target does not answer in time. */
  async verdictOf(program: Program): Promise<Verdict | null> {
    if (this.isOutOfTime) return null;
    try {
      return await this.judge.judge(program);
    } catch (error) {
      if (!(error instanceof OutOfTimeError)) throw error;
      this.isOutOfTime = true;
      return null;
    }
  }
}

/**
 * The arguments that may vary in a reduced program, and the nearest program that does not fail, on the model.
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

/**
 * The same on a target. A death costs a boot for each candidate, so it is not explained. A violation is the model's.
 */
export async function explainOnTarget(
  judge: ProgramJudge,
  program: Program,
  signature: string,
  verdict: Verdict,
  expired?: () => boolean,
): Promise<ExplainResult | undefined> {
  if (verdict.kind === 'death') return undefined;
  if (verdict.kind === 'violation') return explainOnModel(judge.session, program, signature, expired);
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
