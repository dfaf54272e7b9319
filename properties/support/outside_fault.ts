import type {
  Level,
  Step,
  StepProgram,
  StepProgramResult,
  StepResult,
  SyscallStep,
} from '../../src/commands/outside/step';
import type { OutsideLink } from '../../src/lockstep/outside_link';
import type { OutsideState } from '../../src/protocol/outside/state';
import type { PromiseName } from '../../src/outside/promises';

/** A fault of an executor: it does something else than a program says, or says something else than it saw. */
export interface OutsideFault {
  readonly name: string;
  /** The promise that then looks broken. */
  readonly promise: PromiseName;
  /** Calls of a program that shows it, without its first lines. */
  readonly program: string;
  /** The rights of the program; default: a user's. */
  readonly level?: Level;
  readonly does?: (program: StepProgram) => StepProgram;
  readonly says?: (result: StepProgramResult) => StepProgramResult;
  /** @param programs - that have run since the boot */
  readonly counts?: (state: OutsideState, programs: number) => OutsideState;
}

/** An executor with a fault. */
export function faulty(link: OutsideLink, { does, says, counts }: OutsideFault): OutsideLink {
  let programs = 0;
  return {
    ...link,
    run: async (all) => {
      programs += all.length;
      const answer = await link.run(does === undefined ? all : all.map(does));
      if (answer.results === undefined || says === undefined) return answer;
      return { results: answer.results.map(says) };
    },
    state: async () => {
      const answer = await link.state();
      if (answer.state === undefined || counts === undefined) return answer;
      return { state: counts(answer.state, programs) };
    },
    close: () => Promise.resolve(),
  };
}

type Call = (step: SyscallStep) => Step;

/** Another step in the place of the first system call of that name that suits. */
export function instead(name: SyscallStep['name'], make: Call, suits: (step: SyscallStep) => boolean = () => true) {
  return (program: StepProgram): StepProgram => {
    const at = program.steps.findIndex((step) => step.op === 'syscall' && step.name === name && suits(step));
    const steps = program.steps.map((step, i) => (i === at && step.op === 'syscall' ? make(step) : step));
    return { ...program, steps };
  };
}

/** Another result in the place of the first that suits. */
export function told(suits: (result: StepResult) => boolean, make: (result: StepResult) => StepResult) {
  return (result: StepProgramResult): StepProgramResult => {
    const at = result.results.findIndex(suits);
    return { ...result, results: result.results.map((one, i) => (i === at ? make(one) : one)) };
  };
}

/** Writes a number into the bytes that a step copied out. */
export function written(result: StepResult, out: number, at: number, value: number): StepResult {
  const bytes = result.out.map((one) => Buffer.from(one));
  bytes[out].writeInt32LE(value, at);
  return { ...result, out: bytes };
}

export function flipped(result: StepResult, out: number, at: number): StepResult {
  const bytes = result.out.map((one) => Buffer.from(one));
  bytes[out][at] ^= 1;
  return { ...result, out: bytes };
}

export const nothing = (): Step => ({ op: 'syscall', name: 'close', args: [-1] });
