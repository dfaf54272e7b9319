import type { Step } from '../../../commands/outside/step';
import type { CallAnswers } from '../../../outside/answers/call_answers';
import { compileProgram, type CompiledCall } from '../../../outside/compile';
import { PROMISES } from '../../../outside/promises';
import type { Program } from '../../../program/program';
import type { MaintainerReport, TriedRelease } from '../../../report/maintainer_report';
import { systemCallText } from '../../../report/outside/system_call_text';
import { shellWords } from '../../../report/shell_words';
import { isFoundOn } from '../../../search/found_on';
import { profileNamed } from '../../../session/named';
import { Session } from '../../../session/session';
import { sessionOptions } from '../../../session/session_options';
import { placeOf, type Verdict } from '../../../session/verdict';
import { PROLOGUE } from '../../../outside/judge_program';
import { kernelReportOf } from './kernel_report';

/** The end of a program on one kernel, with its answers. */
export interface TriedUserSpace {
  readonly row: TriedRelease;
  readonly verdict: Verdict;
  readonly answers?: CallAnswers;
}

/**
 * The mail of a finding of user space, in the words of man pages and of the kernel.
 * @param tried - the oldest kernel first
 */
export function mailOfUserSpace(file: string, program: Program, tried: readonly TriedUserSpace[]): MaintainerReport {
  // Its maintainer works on the newest tree: the lines of an old splat lead to other code.
  const newest = tried.findLast(({ row }) => row.has);
  const calls = compiledCalls(program);
  const guilty = newest === undefined ? null : placeOf(newest.verdict);
  const shown = guilty?.settling === true ? calls.filter(({ position }) => position <= guilty.call) : ownCalls(calls);
  const at = guilty === null ? -1 : shown.findIndex(({ position }) => position === guilty.call);
  const texts = shown.map((call) => textOf(call, program, newest?.answers));
  const on = newest === undefined ? '' : ` --target ${shellWords([newest.row.target])}`;
  return {
    file,
    ...(newest === undefined ? {} : { subject: subjectOf(newest, mainCallOf(shown.at(at))) }),
    about: (program.comments?.get(0) ?? []).filter((line) => !isFoundOn(line)),
    profile: program.profile,
    as: program.as ?? 'user',
    tried: tried.map(({ row, verdict }) => ({ ...row, sentence: inFieldWords(verdict) ?? row.sentence })),
    calls: texts.map((text, i) => ({ text, function: systemCallsOf(shown[i])[0] ?? '', madeBy: '' })),
    guilty: at < 0 ? null : at,
    expected: expectedOf(newest?.verdict),
    why: null,
    ...(newest === undefined ? {} : kernelReportOf(newest.verdict, newest.row.release)),
    reproducer: `npx skbcheck export ${shellWords([file])}${on} -o findings/repro`,
  };
}

function compiledCalls(program: Program): readonly CompiledCall[] {
  const profile = profileNamed(program.profile);
  const session = new Session({ ...sessionOptions(profile, undefined, profile.abi, false), checks: false });
  return compileProgram(session, program, PROLOGUE).calls;
}

const ownCalls = (calls: readonly CompiledCall[]): CompiledCall[] => calls.filter(({ settling }) => !settling);

const namesIn = (steps: readonly Step[]): string[] =>
  steps.flatMap((step) => (step.op === 'syscall' ? [step.name] : step.op === 'repeat' ? namesIn(step.steps) : []));

const systemCallsOf = (call: CompiledCall | undefined): string[] => (call === undefined ? [] : namesIn(call.steps));

/** The system call whose answer is judged: of those that a call makes the one that its contract names. */
const mainCallOf = (compiled: CompiledCall | undefined): string | undefined =>
  compiled?.call.command.outside?.syscall ?? systemCallsOf(compiled).at(-1);

function textOf(compiled: CompiledCall, program: Program, answers: CallAnswers | undefined): string {
  const { call, position } = compiled;
  const answer = answers?.get(position);
  const names = systemCallsOf(compiled);
  return systemCallText(call, names, program.names, answer === undefined ? undefined : [mainCallOf(compiled), answer]);
}

/** A verdict without names of ours; null: it is clean. */
function inFieldWords(verdict: Verdict): string | null {
  if (verdict.kind === 'promise' || verdict.kind === 'divergence') return verdict.message;
  if (verdict.kind !== 'splat' && verdict.kind !== 'death') return null;
  return verdict.source === undefined ? verdict.title : `${verdict.title} at ${verdict.source}`;
}

/** `[BUG] WARNING in tcp_ack at net/ipv4/tcp_input.c:3300 (7.3.4)`; the list's readers look for the function. */
function subjectOf({ row, verdict }: TriedUserSpace, systemCall: string | undefined): string {
  const by = verdict.kind === 'promise' && systemCall !== undefined ? `${systemCall}(2): ` : '';
  return `[BUG] ${by}${inFieldWords(verdict) ?? row.sentence} (${row.release})`;
}

function expectedOf(seen: Verdict | undefined): string[] {
  const promise = seen?.kind === 'promise' ? PROMISES.find(({ name }) => name === seen.promise) : undefined;
  if (promise === undefined || seen?.kind !== 'promise') return ['No complaint of the kernel, and an answer in time.'];
  return [promise.statement, `Source: ${promise.source}`, `Instead: ${seen.message}`];
}
