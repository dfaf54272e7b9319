import type { SyscallName } from '../../src/commands/outside/abi/syscalls';
import { MSGHDR_CONTROL_BYTES_AT, MSGHDR_FLAGS_AT, MSGHDR_NAME_BYTES_AT } from '../../src/commands/outside/msghdr';
import type { Out, Step, StepProgramResult, StepResult, SyscallStep } from '../../src/commands/outside/step';
import { compileProgram, type CompiledProgram } from '../../src/outside/compile';
import { numberedSteps, PROLOGUE } from '../../src/outside/judge_program';
import { parseProgram } from '../../src/program/parse';
import type { Program } from '../../src/program/program';
import { profileNamed } from '../../src/session/named';
import { Session } from '../../src/session/session';
import { sessionOptions } from '../../src/session/session_options';

const PROFILE = 'linux-6.12';

/** A session whose world follows what programs believe. */
export function believingSession(): Session {
  const profile = profileNamed(PROFILE);
  return new Session({ ...sessionOptions(profile, undefined, profile.abi, false), checks: false });
}

/** A program of an ordinary user. @param lines - its calls */
export const programFrom = (lines: string): Program =>
  parseProgram(`profile ${PROFILE}\nas: user\n${lines.trim()}\n`, 'made up');

export const compiledFrom = (lines: string): CompiledProgram =>
  compileProgram(believingSession(), programFrom(lines), PROLOGUE);

/** One answer in the place of the plain one. */
export interface MadeUp {
  /** The call of the program, from 0 on; calls of settle follow. */
  readonly call: number;
  readonly name: SyscallName;
  /** Which of the call's system calls of that name; default: 0. */
  readonly nth?: number;
  readonly ret?: number;
  /** The buffers, in the order of `out`; undefined: zeros. */
  readonly out?: readonly (Buffer | undefined)[];
  /** Further rounds of a repetition. */
  readonly rounds?: readonly { readonly ret: number; readonly out?: readonly (Buffer | undefined)[] }[];
}

/**
 * An executor's answer that nobody gave: each call succeeds and leaves zeros, but for those that are made up. Reads of
 * settle find nothing.
 */
export function answerWith(compiled: CompiledProgram, madeUp: readonly MadeUp[], log = ''): StepProgramResult {
  const results = compiled.calls.flatMap(({ call, steps, firstStep, position }): StepResult[] => {
    const seen = new Map<string, number>();
    return numberedSteps(steps, firstStep).flatMap(({ step, number }): StepResult[] => {
      if (step.op === 'repeat') return [];
      if (step.op !== 'syscall') return [resultOf(number, step, 0, [])];
      const nth = seen.get(step.name) ?? 0;
      seen.set(step.name, nth + 1);
      const own = madeUp.find((one) => one.call === position && one.name === step.name && (one.nth ?? 0) === nth);
      const isRead = ['drain', 'zerocopy_done', 'stamps'].includes(call.command.name) && step.name.startsWith('re');
      const plain = isRead ? EAGAIN : plainReturn(step);
      const rounds = [{ ret: own?.ret ?? plain, out: own?.out }, ...(own?.rounds ?? [])];
      return rounds.map(({ ret, out }) => resultOf(number, step, ret, out ?? []));
    });
  });
  return { status: 'done', detail: 0, results, log };
}

const EAGAIN = -11;

/** A call that takes or gives bytes takes or gives all. */
function plainReturn({ name, args, fd }: SyscallStep): number {
  if (name === 'sendto' || name === 'vmsplice') return Number(args[2]);
  return fd ?? 0;
}

function resultOf(step: number, of: Step, ret: number, made: readonly (Buffer | undefined)[]): StepResult {
  const outs: readonly Out[] = of.op === 'syscall' ? (of.out ?? []) : [];
  const out = outs.map(({ bytes, upToReturn }, at) => {
    const length = upToReturn === true ? Math.max(0, Math.min(bytes, ret)) : bytes;
    const own = made.at(at);
    return own === undefined ? Buffer.alloc(length) : Buffer.concat([own, Buffer.alloc(length)]).subarray(0, length);
  });
  return { step, ret, interrupted: false, out, log: '' };
}

/** A struct msghdr as recvmsg(2) leaves it. */
export function headerOf({ flags = 0, control = 0, name = 0 }): Buffer {
  const header = Buffer.alloc(56);
  header.writeUInt32LE(flags, MSGHDR_FLAGS_AT);
  header.writeUInt32LE(control, MSGHDR_CONTROL_BYTES_AT);
  header.writeUInt32LE(name, MSGHDR_NAME_BYTES_AT);
  return header;
}
