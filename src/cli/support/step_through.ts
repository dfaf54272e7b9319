import { placeOf } from '../../session/verdict';
import { INVARIANTS } from '../../invariants/registry';
import { liveHandle } from '../../model/world/handles';
import type { World } from '../../model/world/world';
import { callLines } from '../../program/call_lines';
import { printCall } from '../../program/print';
import { scheduledInto, type Call, type Program } from '../../program/program';
import { pictureOf } from '../../report/picture/picture_world';
import { StepRecorder, type StepFacts, type StepThrough } from '../../report/picture/step_through';
import { runOnModel, type Step } from '../../session/run_model';
import { outcomeText, type Session } from '../../session/session';
import { sentenceOf, type Verdict } from '../../session/verdict';
import { whyOf, type Why } from '../../why/why';

/** Objects as messages name them: `page#65`. */
const OBJECT_IN_TEXT = /\b[a-z_]+#\d+/g;
const SETTLED = 'everything was released: the checks at the end';

/** The end of a program on another target, when the model's own run is clean. */
export interface EndedElsewhere {
  readonly sentence: string;
  /** Position of the guilty call in the program, if it is known. */
  readonly call?: number;
  readonly note: string;
}

/**
 * Runs a program on the model and records its steps.
 *
 * @param text - the program as text, to be shown
 * @param elsewhere - its end on another target, shown when the model's run is clean
 */
export function stepThrough(session: Session, program: Program, text: string, elsewhere?: EndedElsewhere): StepThrough {
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  const lineOf = callLines(text);
  const recorder = new StepRecorder();
  const calls = program.calls;
  let position = 0;
  const { verdict } = runOnModel(session, program, (step) => {
    const at = position++;
    const known = step.during === undefined && (step.settling || scheduledInto(calls, at) === 0);
    const facts = factsOf(step, known ? session.world : undefined, program.names);
    const placed: StepFacts = step.settling
      ? { ...facts, line: -1, text: printCall(step.call, program.names) }
      : { ...facts, line: lineOf[at] - 1 };
    if (step.outcome < 0 && step.during === undefined) recorder.same(placed);
    else recorder.add(placed, pictureOf(session.world, program.names));
  });
  const failedAt = failedStep(recorder, verdict, elsewhere);
  const why = whyOf(session, program, verdict);
  return {
    lines,
    sentence: verdict.kind === 'clean' && elsewhere !== undefined ? elsewhere.sentence : sentenceOf(verdict),
    ...invariantOf(verdict),
    ...(failedAt === undefined ? {} : { failedStep: failedAt }),
    ...markedBy(why, recorder),
    guilty: [
      ...new Set([...guiltyOf(verdict, recorder), ...(why?.objects ?? []).filter((key) => recorder.met.has(key))]),
    ],
    ...(verdict.kind === 'clean' && elsewhere !== undefined ? { note: elsewhere.note } : {}),
    steps: recorder.steps,
  };
}

/** The cause as text, and its references as arrows of the picture. */
function markedBy(why: Why | null, { met }: StepRecorder): Pick<StepThrough, 'why' | 'guiltyEdges'> {
  if (why === null) return {};
  const edges = why.references.filter(({ by, of }) => by !== of && met.has(by) && met.has(of));
  return { why: why.line, guiltyEdges: edges.map(({ by, of }) => [by, of] as const) };
}

/** @param world - after the call; absent where calls of the second CPU have changed it since */
function factsOf(step: Step, world: World | undefined, names: readonly string[]): Omit<StepFacts, 'line' | 'text'> {
  const { call, outcome, during } = step;
  return {
    outcome: outcomeText(call, outcome),
    ...(outcome < 0 ? { skipped: true } : {}),
    ...(outcome < 0 || world === undefined || world.ret === 0 ? {} : returnOf(call, world, names)),
    ...(during === undefined ? {} : { cpu1: during ? 'during' : 'after' }),
  };
}

/** `ret` is 1 for every pointer that is not NULL, because lockstep cannot compare addresses. */
const NON_NULL = 1;

function returnOf(
  { command, result }: Call,
  world: World,
  names: readonly string[],
): Pick<StepFacts, 'ret' | 'returned'> {
  const { ret } = world;
  const isPointer = command.returnsPointer ?? command.result !== undefined;
  if (ret !== NON_NULL || !isPointer) return { ret };
  return { ret, returned: result >= 0 && liveHandle(world, result) !== null ? names[result] : 'non-NULL' };
}

/** The position of the failed step. A failure of the checks at the end gets a step of its own. */
function failedStep(recorder: StepRecorder, verdict: Verdict, elsewhere?: EndedElsewhere): number | undefined {
  const place = placeOf(verdict);
  if (place === null) return verdict.kind === 'clean' ? elsewhere?.call : undefined;
  if (place.call >= recorder.steps.length) recorder.same({ line: -1, text: SETTLED, outcome: 'does not hold' });
  return place.call;
}

function invariantOf(verdict: Verdict): Pick<StepThrough, 'invariant'> {
  if (verdict.kind !== 'violation') return {};
  const invariant = INVARIANTS.find(({ name }) => name === verdict.invariant);
  if (invariant === undefined) return {};
  const { name, statement, source } = invariant;
  return { invariant: { name, statement, source } };
}

/** Keys of the objects that the message names; if it names none, of all live objects of its kind. */
function guiltyOf(verdict: Verdict, recorder: StepRecorder): string[] {
  if (verdict.kind !== 'violation') return [];
  const named = [...new Set(verdict.message.match(OBJECT_IN_TEXT) ?? [])].filter((key) => recorder.met.has(key));
  return named.length > 0 ? named : recorder.live().filter((key) => key.startsWith(`${verdict.objectKind}#`));
}
