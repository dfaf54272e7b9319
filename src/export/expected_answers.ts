import type { Command } from '../commands/command';
import { Batch, hashedHandles } from '../lockstep/batch';
import { observationFields } from '../lockstep/observation/field_reader';
import { Observer } from '../lockstep/observation/observe';
import { printCall } from '../program/print';
import type { Program } from '../program/program';
import { ExecFlag } from '../protocol/exec';
import type { Profile } from '../rules/profiles';
import type { Abi } from '../rules/abi';
import { runOnModel } from '../session/run_model';
import { outcomeText, Session } from '../session/session';
import { sentenceOf, type Verdict } from '../session/verdict';
import { kernelSizes, type KernelSize } from './kernel_sizes';

/** A word of the world after a call. */
export interface ExpectedWord {
  readonly owner: string;
  readonly name: string;
  readonly value: number;
}

/** A call, and the answer that a kernel must give. */
export interface ExpectedCall {
  readonly text: string;
  /** The command's name. */
  readonly command: string;
  readonly settling: boolean;
  /** Why the model leaves the call out; absent: it is made. */
  readonly skipped?: string;
  /** The payload of a message EXEC with this call alone. */
  readonly request: readonly number[];
  readonly returned: number;
  /** The names of the two values that `returned` holds; absent: it is one number. */
  readonly returns?: Command['returns'];
  readonly words: readonly ExpectedWord[];
}

/** The answers of one release to a program. */
export interface ExpectedAnswers {
  /** The rules of the model and the kernel whose sizes it computes with: `linux-6.12`. */
  readonly release: string;
  readonly sizes: readonly KernelSize[];
  /** Object sizes of the kmalloc caches, ascending, bytes. */
  readonly kmallocSizes: readonly number[];
  readonly calls: readonly ExpectedCall[];
  /**
   * The model does what breaks an invariant, as kernels with the bug do: the position in `calls` of the answer that
   * is wrong, and the invariant's sentence. Absent: every answer is the right one.
   */
  readonly wrong?: { readonly call: number; readonly because: string };
}

/** A kernel whose answers the model predicts. */
export interface ExpectedOf {
  /** The rules. */
  readonly profile: Profile;
  /** The kernel, as its sizes name it: `linux-6.12`. */
  readonly release: string;
  readonly abi: Abi;
  readonly abuse: boolean;
  readonly provoke: boolean;
}

/**
 * Runs a program on the model and writes down the answer to each call. A mutant of the program is left out: a kernel
 * must answer as the unbroken rules do.
 */
export function expectedAnswers(program: Program, of: ExpectedOf): ExpectedAnswers {
  const { verdict, calls } = runChecked(program, of);
  const unmapped = runChecked(program, { ...of, abi: { ...of.abi, dmaOps: false } });
  const wrong = wrongAnswer(verdict, calls);
  const sizes = kernelSizes(of.abi, {
    failsAllocations: program.calls.some(({ fail }) => fail > 0),
    showsMappings: JSON.stringify(calls) !== JSON.stringify(unmapped.calls),
  });
  const { kmallocSizes } = of.abi;
  return { release: of.release, sizes, kmallocSizes, calls, ...(wrong === undefined ? {} : { wrong }) };
}

function runChecked(program: Program, of: ExpectedOf): { verdict: Verdict; calls: ExpectedCall[] } {
  const { profile, abi, abuse, provoke } = of;
  const session = new Session({ profile: profile.name, rules: profile.rules, abi, abuse, provoke });
  const calls: ExpectedCall[] = [];
  const batch = new Batch();
  const observer = new Observer();
  let made = 0;
  const { verdict } = runOnModel(session, { ...program, profile: profile.name }, (step) => {
    const { call, outcome, settling } = step;
    const described = { text: printCall(call, program.names), command: call.command.name, settling };
    if (outcome < 0) {
      if (!settling) calls.push({ ...described, skipped: outcomeText(call, outcome), ...NOT_MADE });
      return;
    }
    batch.clear();
    batch.beginProgram(0);
    batch.executed(session.world, call);
    const request = batch.request(ExecFlag.Observe | (made++ === 0 ? 0 : ExecFlag.Continue));
    observer.observe(session.world, hashedHandles(call));
    calls.push({
      ...described,
      request: [...new Uint32Array(request.buffer, request.byteOffset, request.length / 4)],
      returned: batch.rets[0],
      ...(call.command.returns === undefined ? {} : { returns: call.command.returns }),
      words: namedWords(observer.words.slice(0, observer.length), program.names),
    });
  });
  return { verdict, calls };
}

const NOT_MADE = { request: [], returned: 0, words: [] } as const;

/** Each word of an observation with its owner and name. */
function namedWords(words: Uint32Array, names: readonly string[]): ExpectedWord[] {
  const named = [...words].map((value): ExpectedWord => ({ owner: 'the next object', name: 'kind and name', value }));
  for (const { owner, name, value, at } of observationFields(words))
    named[at] = { owner: ownerText(owner, names), name, value };
  return named;
}

function ownerText(owner: string, names: readonly string[]): string {
  return owner.replace(/^\w+ handle (\d+)/, (text, id: string) => names[Number(id)] ?? text);
}

function wrongAnswer(verdict: Verdict, calls: readonly ExpectedCall[]): ExpectedAnswers['wrong'] {
  if (verdict.kind !== 'violation') return undefined;
  return { call: calls.length - 1, because: sentenceOf(verdict) };
}
