import { LO_UP_STEPS } from './prologue';
import type { SyscallName } from '../commands/outside/abi/syscalls';
import type { Step, StepProgramResult, StepResult, SyscallStep } from '../commands/outside/step';
import type { Splat } from '../lockstep/splats';
import type { Place, Verdict } from '../session/verdict';
import { countSteps, type CompiledCall, type CompiledProgram } from './compile';
import { History, type Told } from './judge/history';
import { judgeCall } from './judge/judge_call';
import { ownSplats } from './late_splat';

/** The verdict on a program of the outside, and what it was judged by. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly history: History;
  /** The executed calls, by their positions in `calls`. */
  readonly returns: readonly Returned[];
  /** The executor's answers, by step. */
  readonly results: readonly StepResult[];
}

/** A call that the kernel executed. */
export interface Returned {
  readonly compiled: CompiledCall;
  readonly ret: number;
  /** Of a call that repeats its system call: the values of the other rounds, each once. */
  readonly others: readonly number[];
}

/**
 * Judges what a kernel said of a program.
 * @param compiled - the program
 * @param result - the executor's answer to its steps
 */
export function judgeProgram(compiled: CompiledProgram, result: StepProgramResult): Judgement {
  const history = new History(false, compiled.steps.level);
  const byStep = resultsByStep(result.results);
  const returns: Returned[] = [];
  let verdict: Verdict = { kind: 'clean' };
  for (const call of compiled.calls) {
    const told = toldOf(call, byStep);
    const splat = splatOf(call, byStep);
    if (told !== undefined && told.main.length > 0) {
      judgeCall(history, told);
      returns.push(returnedOf(call, told));
    }
    if (splat !== undefined) verdict = splat;
    else if (history.broken.length > 0) {
      const [{ promise, objectKind, message }] = history.broken;
      verdict = { kind: 'promise', place: placeOf(call), promise, objectKind, message };
    }
    if (verdict.kind !== 'clean') break;
  }
  if (verdict.kind === 'clean') verdict = verdictOfEnd(compiled, result, returns.length);
  return { verdict, history, returns, results: result.results };
}

function returnedOf(compiled: CompiledCall, { main }: Told): Returned {
  const [{ ret }, ...rounds] = main;
  return { compiled, ret, others: [...new Set(rounds.map((round) => round.ret))] };
}

function placeOf({ call, position, settling }: CompiledCall): Place {
  return { call: position, command: call.command.name, settling };
}

/** A program that ended before its last call, and warnings that came after it. */
function verdictOfEnd(
  { calls }: CompiledProgram,
  { status, detail, log }: StepProgramResult,
  executed: number,
): Verdict {
  const place = calls.length === 0 ? { call: 0, command: 'settle', settling: true } : placeOf(calls[calls.length - 1]);
  const [splat] = ownSplats(log);
  if (splat !== undefined) return splatVerdict({ ...place, settling: true }, splat);
  if (status === 'done') return { kind: 'clean' };
  const at = calls.at(executed) ?? calls.at(-1);
  const stopped = at === undefined ? place : placeOf(at);
  if (status === 'refused') return { kind: 'limit', message: `the program could not begin: error ${detail}` };
  const message =
    status === 'timeout' ? 'the program did not end in its time' : `the program was killed by signal ${detail}`;
  return { kind: 'promise', place: stopped, promise: 'never-waits', objectKind: 'program', message };
}

function resultsByStep(results: readonly StepResult[]): ReadonlyMap<number, readonly StepResult[]> {
  const byStep = new Map<number, StepResult[]>();
  for (const result of results) {
    const before = byStep.get(result.step);
    if (before === undefined) byStep.set(result.step, [result]);
    else before.push(result);
  }
  return byStep;
}

/** Number of each step of a call in the whole program: a repetition's own steps are counted behind it. */
export function numberedSteps(steps: readonly Step[], first: number): { step: Step; number: number }[] {
  const all: { step: Step; number: number }[] = [];
  let number = first;
  for (const step of steps) {
    all.push({ step, number: number++ });
    if (step.op === 'repeat') for (const inner of step.steps) all.push({ step: inner, number: number++ });
  }
  return all;
}

function toldOf(
  { call, position, settling, steps, firstStep }: CompiledCall,
  byStep: ReadonlyMap<number, readonly StepResult[]>,
): Told | undefined {
  const all = numberedSteps(steps, firstStep);
  const name = call.command.outside?.syscall ?? null;
  const main = all.find(({ step }) => step.op === 'syscall' && isMain(step, name));
  if (main === undefined) return undefined;
  const answersTo = (wanted: SyscallName): StepResult[] =>
    all
      .filter(({ step }) => step.op === 'syscall' && step.name === wanted)
      .flatMap(({ number }) => byStep.get(number) ?? []);
  return {
    call,
    position,
    settling,
    main: (byStep.get(main.number) ?? []).map((answer) => withResult(call, position, answer)),
    returnsOf: (wanted) => answersTo(wanted).map(({ ret }) => ret),
    answersTo,
    peeks: all
      .filter(({ step }) => step.op === 'peek')
      .flatMap(({ number }) => byStep.get(number) ?? [])
      .map(({ out }) => out[0]),
    at: (step) => byStep.get(firstStep + step) ?? [],
  };
}

function withResult({ command }: CompiledCall['call'], position: number, answer: StepResult): StepResult {
  const ret = answer.ret < 0 ? undefined : command.outside?.resultIn?.(answer, position);
  return ret === undefined ? answer : { ...answer, ret };
}

/** A drain reads sockets by recvfrom, packet sockets by recvmsg, and other files by read or pread64. */
export function isMain(step: SyscallStep, main: string | null): boolean {
  if (main === null) return step.isMain === true;
  const { name } = step;
  return name === main || (main === 'recvfrom' && DRAIN_CALLS.includes(name));
}

const DRAIN_CALLS: readonly SyscallName[] = ['read', 'pread64', 'recvmsg'];

function splatOf(
  compiled: CompiledCall,
  byStep: ReadonlyMap<number, readonly StepResult[]>,
): Extract<Verdict, { kind: 'splat' }> | undefined {
  const { firstStep, steps } = compiled;
  let log = '';
  for (let step = firstStep; step < firstStep + countSteps(steps); step++)
    for (const result of byStep.get(step) ?? []) log += result.log;
  const [splat] = ownSplats(log);
  return splat === undefined ? undefined : splatVerdict(placeOf(compiled), splat);
}

function splatVerdict(place: Place, splat: Splat): Extract<Verdict, { kind: 'splat' }> {
  const { title, source, callers, text } = splat;
  return { kind: 'splat', place, title, ...(source === undefined ? {} : { source }), callers, text };
}

/** Steps before the first call of each program. */
export const PROLOGUE = LO_UP_STEPS;
