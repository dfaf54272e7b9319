import type { Call, Program } from '../program/program';
import { printCall } from '../program/print';
import { Batch, hashedHandles } from './batch';
import type { Death, Link } from './link';
import { compareBatch, comparedIn, type Difference } from './lockstep';
import { ExecFlag, REPLY_WORDS_PER_CALL } from '../protocol/exec';
import { firstDifference } from './observation/field_reader';
import { Observer } from './observation/observe';
import { runOnModel } from '../session/run_model';
import type { Session } from '../session/session';
import type { Complaint, Place, Verdict } from '../session/verdict';
import { fatalSplat, parseSplats, type Splat } from './splats';

/** Runs of a program in one request, and requests between two measurements of the target's memory. */
const LEAK_ROUNDS = 64;
const LEAK_REQUESTS = 8;
/** A program leaks if each run loses LEAK_BYTES: less than the smallest page, more than noise. */
const LEAK_BYTES = 2048;
/**
 * KASAN keeps freed objects for a while, up to 1/32 of the memory (mm/kasan/quarantine.c). They look lost until that
 * quarantine is full. A loss of more than twice its size, in a VM of 512 MB, is a leak.
 */
const QUARANTINE_BYTES = 32 << 20;

/** A program's run in lockstep: the calls that the model executed, in the order in which the target got them. */
export interface LockstepRun {
  readonly verdict: Verdict;
  readonly executed: readonly { readonly call: Call; readonly place: Place }[];
  /** Observations that were compared. */
  readonly compared: number;
}

/**
 * Runs one program on the model and on a target, compares after every call, and judges. The model's own violations come
 * first.
 * @param until - position of the first call that the target is not asked to execute
 */
export async function judgeOnLink(
  session: Session,
  link: Link,
  program: Program,
  until = Infinity,
): Promise<LockstepRun> {
  const batch = new Batch();
  const executed: { call: Call; place: Place }[] = [];
  batch.beginProgram(0);
  let position = 0;
  const run = runOnModel(session, program, ({ call, outcome, settling }) => {
    const place = { call: position++, command: call.command.name, settling };
    if (outcome < 0 || place.call >= until) return;
    batch.executed(session.world, call);
    executed.push({ call, place });
  });
  if (run.verdict.kind !== 'clean') return { verdict: run.verdict, executed, compared: 0 };
  const difference = await compareBatch(link, batch);
  const compared = comparedIn(batch, difference);
  if (difference === null) return { verdict: { kind: 'clean' }, executed, compared };
  return { verdict: await explain(session, link, program, batch, executed, difference), executed, compared };
}

async function explain(
  session: Session,
  link: Link,
  program: Program,
  batch: Batch,
  executed: readonly { call: Call; place: Place }[],
  difference: Difference,
): Promise<Verdict> {
  switch (difference.kind) {
    case 'death':
      return deathVerdict(difference.death, executed);
    case 'splat': {
      const complaint = complaintOf(parseSplats(difference.text).at(0)) ?? { title: 'a splat without a text' };
      return { kind: 'splat', place: executed[difference.call].place, ...complaint, text: difference.text };
    }
    case 'ret':
      return {
        kind: 'divergence',
        place: executed[difference.call].place,
        field: 'return value',
        message: `the model returns ${difference.expected}, the target ${difference.found}`,
      };
    case 'digest':
      return observeDifference(session, link, program, batch, executed, difference.call);
  }
}

/** Fetches the observation that differs and names its first field. */
async function observeDifference(
  session: Session,
  link: Link,
  program: Program,
  batch: Batch,
  executed: readonly { call: Call; place: Place }[],
  call: number,
): Promise<Verdict> {
  const answer = await link.execute(batch.request(ExecFlag.Observe, 0, call));
  if (answer.death !== undefined) return deathVerdict(answer.death, executed);
  const expected = observeOnModel(session, program, call);
  const found = observationOf(answer.words);
  const difference = firstDifference(expected, found);
  const place = executed[call].place;
  if (difference === null)
    return {
      kind: 'divergence',
      place,
      field: 'digest',
      message: 'the digests differ once and agree when asked again',
    };
  const { owner, name } = difference;
  return {
    kind: 'divergence',
    place,
    field: `${owner.split(' ')[0]} ${name}`,
    message:
      `${nameOwner(owner, program.names)}: ${name} is ${difference.expected} in the model, ` +
      `${difference.found} in the kernel, after ${printCall(executed[call].call, program.names)}`,
  };
}

/** The model's observation after its `call`-th executed call. */
export function observeOnModel(session: Session, program: Program, call: number): Uint32Array {
  const observer = new Observer();
  let executed = 0;
  let words = new Uint32Array(0);
  runOnModel(session, program, (step) => {
    if (step.outcome < 0) return;
    if (executed++ !== call) return;
    observer.observe(session.world, hashedHandles(step.call));
    words = observer.words.slice(0, observer.length);
  });
  return words;
}

/**
 * Runs a whole batch once more for the observation of one call in it.
 * @returns the difference of this run, in one line
 */
export async function observeAgain(
  link: Link,
  session: Session,
  batch: Batch,
  difference: Exclude<Difference, { kind: 'death' }>,
  programOf: (id: number) => Program,
): Promise<string> {
  const answer = await link.execute(
    batch.request(ExecFlag.Observe, batch.programs.indexOf(difference.program), difference.call),
  );
  if (answer.death !== undefined) return `run again, the target dies: ${answer.death.detail}`;
  const program = programOf(difference.program.id);
  const field = firstDifference(
    observeOnModel(session, program, difference.call),
    observationOf(answer.words, batch.programs.length),
  );
  if (field === null) return 'run again, the batch shows no difference';
  const owner = nameOwner(field.owner, program.names);
  return `${owner}: ${field.name} is ${field.expected} in the model, ${field.found} in the kernel`;
}

/** Returns the observation, which follows the answers: its length, then its words. */
export function observationOf(words: Uint32Array, programs = 1): Uint32Array {
  let at = 0;
  for (let i = 0; i < programs; i++) at += 1 + words[at] * REPLY_WORDS_PER_CALL;
  return words.slice(at + 1, at + 1 + words[at]);
}

export function nameOwner(owner: string, names: readonly string[]): string {
  return owner.replace(/handle (\d+)/, (text, id: string) => names[Number(id)] ?? text);
}

export function deathVerdict(death: Death, executed: readonly { place: Place }[]): Extract<Verdict, { kind: 'death' }> {
  const at = death.command !== undefined && death.command < executed.length ? executed[death.command].place : null;
  return { kind: 'death', place: at, death: death.kind, ...complaintOfDeath(death), console: death.console };
}

/** The verdict on a death in a call before which the kernel complained of nothing. */
export function firstComplaint(verdict: Extract<Verdict, { kind: 'death' }>): Extract<Verdict, { kind: 'death' }> {
  const complaint = verdict.death === 'panic' ? complaintOf(fatalSplat(verdict.console, true)) : undefined;
  return complaint === undefined ? verdict : { ...verdict, ...complaint };
}

/** A panic is named by the report before it: "Fatal exception" says nothing. */
function complaintOfDeath(death: Death): Complaint {
  // The function in which a hang was interrupted differs from run to run.
  if (death.kind === 'hang') return { title: 'it does not answer' };
  return (death.kind === 'panic' ? complaintOf(fatalSplat(death.console)) : undefined) ?? { title: death.detail };
}

export function complaintOf(splat: Splat | undefined): Complaint | undefined {
  if (splat === undefined) return undefined;
  const { title, source, callers } = splat;
  return { title, ...(source === undefined ? {} : { source }), callers };
}

/**
 * Measures the memory of the target that a program loses each time it runs. The program runs many times, since the loss
 * of one page is within the noise.
 * @returns bytes lost per run, 0 where the target cannot say or loses nothing
 */
export async function measureLeak(session: Session, link: Link, program: Program): Promise<number> {
  const batch = new Batch();
  for (let round = 0; round < LEAK_ROUNDS; round++) {
    batch.beginProgram(round);
    runOnModel(session, program, ({ call, outcome }) => {
      if (outcome >= 0) batch.executed(session.world, call);
    });
  }
  const request = batch.request();
  await link.execute(request); // caches fill up
  let before = await link.memoryInUse();
  for (let total = 0; ;) {
    for (let i = 0; i < LEAK_REQUESTS; i++) await link.execute(request);
    const after = await link.memoryInUse();
    if (before === 0 || after === 0) return 0;
    total += after - before;
    const lost = (after - before) / (LEAK_REQUESTS * LEAK_ROUNDS);
    if (lost < LEAK_BYTES) return 0;
    if (total > QUARANTINE_BYTES) return lost;
    before = after;
  }
}
