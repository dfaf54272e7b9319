import type { OutsideName } from '../../commands/outside/outside_name';
import { SK_MEMINFO_DROPS } from '../../commands/outside/socket/end';
import type { Step, StepProgramResult, StepResult, SyscallStep } from '../../commands/outside/step';
import type { CompiledCall, CompiledProgram } from '../compile';
import { isMain, numberedSteps } from '../judge_program';
import { PortNames } from './address_text';
import type { AnswerField, CallAnswer, ProgramAnswers } from './answer';
import { argOf, descriptorsOf } from './descriptors';
import { drainAnswer } from './drain_answer';
import { choiceOfReturn } from './choice_of_return';
import { noticesAnswer, stampsAnswer } from './notice_answers';
import { isMeminfo, outFields, takenBy } from './out_fields';
import type { AnsweredStep, Reading } from './reading';
import { returnText } from './return_text';
import { uringAnswer } from './uring_answer';

/** Words that tell calls of one command apart, so that a difference is named for the option that shows it. */
const ASPECTS: Partial<Record<OutsideName, string>> = {
  setsockopt: 'option',
  privileged: 'call',
  send_control: 'kind',
  set_feature: 'feature',
};

/**
 * Reads what a kernel said of a program, call by call.
 * @param program - the program as it was sent
 * @param result - the executor's answer
 */
export function answersOf(program: CompiledProgram, result: StepProgramResult): ProgramAnswers {
  const byStep = new Map<number, StepResult[]>();
  for (const one of result.results) byStep.set(one.step, [...(byStep.get(one.step) ?? []), one]);
  const files = descriptorsOf(program);
  const ports = new PortNames();
  const dropping = new Set<number>();
  const calls = program.calls.flatMap((compiled, at): CallAnswer[] => {
    const name = compiled.call.command.name as OutsideName;
    const steps = answeredSteps(compiled, byStep);
    if (steps.length > 0 && steps.every(({ results }) => results.length === 0)) return [];
    if (steps.some(hasDrops)) dropping.add(argOf(compiled, 'fd') ?? -1);
    return [{ at, ...answerOf({ compiled, name, files, ports }, steps) }];
  });
  return { calls, dropping, end: result.status === 'done' ? 'done' : `${result.status} ${result.detail}` };
}

function answerOf(reading: Reading, steps: readonly AnsweredStep[]): Omit<CallAnswer, 'at'> {
  switch (reading.name) {
    case 'drain':
      return drainAnswer(reading, steps);
    case 'zerocopy_done':
      return noticesAnswer(reading, steps);
    case 'stamps':
      return stampsAnswer(reading, steps);
    case 'uring_send':
    case 'uring_send_zc':
    case 'uring_recv':
    case 'uring_wait':
      return uringAnswer(reading, steps);
    case 'zerocopy_recv':
    case 'mapped':
    case 'ring_read':
    case 'xsk_read':
      return mappingAnswer(reading, steps);
    default:
      return plainAnswer(reading, steps);
  }
}

function plainAnswer(reading: Reading, steps: readonly AnsweredStep[]): Omit<CallAnswer, 'at'> {
  const main = steps.find((step) => step.isMain)?.results.at(0);
  // The system call that the command is about comes first: what follows from it says less.
  const ordered = [...steps.filter((step) => step.isMain), ...steps.filter((step) => !step.isMain)];
  const fields = ordered.flatMap((step) => step.results.flatMap((result) => fieldsOf(reading, step, result)));
  return { fields, ...(main === undefined ? {} : takenBy(reading, main)) };
}

/**
 * The share of a stream that is mapped, and not copied, is the kernel's choice. A ring has frames, too, that devices
 * send of their own.
 */
function mappingAnswer(reading: Reading, steps: readonly AnsweredStep[]): Omit<CallAnswer, 'at'> {
  const main = steps.find(({ isMain }) => isMain)?.results.at(0);
  const value = main === undefined ? 'no answer' : returnText(main.ret);
  const fields = [{ name: 'return value', value, choice: 'cut' as const }];
  return { fields, ...(reading.name !== 'zerocopy_recv' ? {} : { hides: argOf(reading.compiled, 'fd') ?? -1 }) };
}

function fieldsOf(reading: Reading, answered: AnsweredStep, result: StepResult): AnswerField[] {
  const { prefix } = answered;
  const choice = answered.isMain ? choiceOfReturn(reading) : undefined;
  const value = returnText(result.ret);
  const name = `${prefix}return value${answered.isMain ? aspectOf(reading.compiled, reading.name) : ''}`;
  const returned = { name, value, ...(choice === undefined ? {} : { choice }) };
  if (result.ret < 0) return [returned];
  const others = outFields(reading, answered.step, result).map((one) => ({ ...one, name: `${prefix}${one.name}` }));
  return [returned, ...others];
}

/** ` of tcp_maxseg`; '' where the command has no such word. */
function aspectOf({ call }: CompiledCall, name: OutsideName): string {
  const aspect = ASPECTS[name];
  const at = aspect === undefined ? -1 : call.command.args.findIndex((arg) => arg.name === aspect);
  const arg = call.command.args.at(at);
  return at >= 0 && arg?.type === 'enum' ? ` of ${arg.words[call.args[at]]}` : '';
}

function answeredSteps(compiled: CompiledCall, byStep: ReadonlyMap<number, readonly StepResult[]>): AnsweredStep[] {
  const { call, steps, firstStep } = compiled;
  const syscall = call.command.outside?.syscall ?? null;
  const all = numberedSteps(steps, firstStep).filter((one): one is { step: SyscallStep; number: number } =>
    isSyscall(one.step),
  );
  const totals = countNames(all.map(({ step }) => step.name));
  const seen = new Map<string, number>();
  let hasMain = false;
  return all.map(({ step, number }) => {
    const nth = (seen.get(step.name) ?? 0) + 1;
    seen.set(step.name, nth);
    const main = !hasMain && isMain(step, syscall);
    hasMain ||= main;
    const ordinal = (totals.get(step.name) ?? 0) > 1 ? ` ${nth}` : '';
    return { step, isMain: main, prefix: main ? '' : `${step.name}${ordinal} `, results: byStep.get(number) ?? [] };
  });
}

const isSyscall = (step: Step): step is SyscallStep => step.op === 'syscall';

function countNames(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Position of SK_MEMINFO_DROPS in the counters (include/uapi/linux/sock_diag.h), 4 bytes each. */
function hasDrops({ step, results }: AnsweredStep): boolean {
  if (!isMeminfo(step)) return false;
  return results.some(({ ret, out }) => ret === 0 && out[0].readUInt32LE(4 * SK_MEMINFO_DROPS) > 0);
}
