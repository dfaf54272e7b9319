import type { StepProgram, StepProgramResult } from '../../../commands/outside/step';
import type { Death } from '../../../lockstep/link';
import type { OutsideAnswer, OutsideLink, RawAnswer, StateAnswer } from '../../../lockstep/outside_link';
import { encodeWords } from '../../../protocol/message_bytes';
import { MessageType } from '../../../protocol/messages';
import { BadReplyError, decodeResults } from '../../../protocol/outside/decode';
import { encodePrograms } from '../../../protocol/outside/encode';
import { decodeOutsideHello } from '../../../protocol/outside/hello';
import { decodeOutsideState } from '../../../protocol/outside/state';
import type { Tracing } from '../../../protocol/tracing';
import { TargetUnavailableError } from '../../../session/errors';
import { openCache, withSetupLock } from '../cache';
import { hasModules } from '../debian/fetch_modules';
import { isSeriesTarget, locateKernel, setUpKernel } from '../locate';
import { ensureOutsideInitrd } from './outside_initrd';
import { kernelFolder } from '../set_up_kernels';
import { bringModules, openRepository } from '../setup';
import { tracingOf } from './tracing';
import { uncompressedImage } from '../uncompressed_image';
import { Vm, type BootOptions } from '../vm';

/** How to open a target for programs of the outside. */
export interface OutsideOptions extends Partial<Omit<BootOptions, 'kernelImage' | 'initrd' | 'firstQuestion'>> {
  /** The longest wait for the namespaces of ended programs; default 10000. */
  readonly quietWait_ms?: number;
  /** New namespaces have tunl0, gre0, sit0 and their like, as by default; two thirds of the speed go. */
  readonly fallbackTunnels?: boolean;
  /** Modules to load beside the usual ones, such as PCI_DRIVERS. */
  readonly modules?: readonly string[];
  /** Receives a line for each step that takes time. */
  readonly say?: (line: string) => void;
}

/**
 * Addresses are the same in each run. The kernel counts each slab cache for itself, and frees namespaces without a wait
 * for grace periods. It panics with its place when the host asks a hanging guest by an NMI, which microvm makes look
 * like an error of PCI: its port 0x61 reads as all ones (arch/x86/kernel/nmi.c, pci_serr_error).
 */
const APPEND = [
  ...['norandmaps', 'slab_nomerge', 'rcupdate.rcu_expedited=1'],
  ...['unknown_nmi_panic', 'sysctl.kernel.panic_on_unrecovered_nmi=1'],
].join(' ');
/** Modules of tunnels would give each new namespace nine devices, which takes two thirds of a program's time. */
const NO_FALLBACK_TUNNELS = 'fb_tunnels=none';
/** Beyond its limit: the guest kills a program then, waits 5 s for its end, and waits for namespaces that go. */
const PROGRAM_GRACE_MS = 15_000;
const IN_FLIGHT = 32;
const ANSWER_GRACE_MS = 20_000;
const QUIET_WAIT_MS = 10_000;

/**
 * Boots an unmodified kernel whose init carries out programs of the outside. Throws TargetUnavailableError, in one
 * line, when it cannot be prepared or does not boot.
 * @param name - linux-6.1, linux-7.3.4, or a directory with a kernel
 * @param options - how to boot
 */
export async function openOutside(name: string, options: OutsideOptions = {}): Promise<OutsideLink> {
  return (await openTracedOutside(name, options)).link;
}

/** The same, with the tracing of its kernel. */
export async function openTracedOutside(
  name: string,
  options: OutsideOptions = {},
): Promise<{ readonly link: OutsideLink; readonly tracing: Tracing }> {
  const { say = () => undefined, modules = [] } = options;
  const kernel = locateKernel(name);
  const cache = openCache();
  await ensureModules(name, cache, say);
  const initrd = await ensureOutsideInitrd(kernel, cache, say, modules);
  const kernelImage = await uncompressedImage(kernel.image, cache);
  const tunnels = options.fallbackTunnels === true ? '' : NO_FALLBACK_TUNNELS;
  const extraAppend = [APPEND, tunnels, options.extraAppend ?? ''].join(' ');
  const firstQuestion = MessageType.OutsideHello;
  const boot = await Vm.boot({ ...options, kernelImage, initrd, extraAppend, firstQuestion });
  if (boot.death) throw new TargetUnavailableError(`${kernel.image} does not boot: ${boot.death.detail}`);
  return { link: linkOf(name, boot.vm, options.quietWait_ms ?? QUIET_WAIT_MS), tracing: tracingOf(boot.vm) };
}

/** A kernel that an older version of this program has set up lacks the modules of the network. */
async function ensureModules(name: string, cache: string, say: (line: string) => void): Promise<void> {
  const record = isSeriesTarget(name) ? setUpKernel(name) : undefined;
  if (record === undefined || hasModules(kernelFolder(cache, record.release))) return;
  await withSetupLock(cache, say, async () => bringModules(cache, record, await openRepository(cache, say), say));
}

function linkOf(name: string, vm: Vm, quietWait_ms: number): OutsideLink {
  const hello = decodeOutsideHello(vm.firstAnswer);
  return {
    name,
    release: hello.release,
    hello,
    boot_ms: vm.boot_ms,
    run: (programs) => run(vm, programs),
    raw: (request) => raw(vm, request),
    state: () => state(vm, quietWait_ms),
    rearm: async () => void (await vm.ask(MessageType.ClearOnce, undefined, ANSWER_GRACE_MS)),
    close: () => vm.close(),
  };
}

/**
 * Each program is a request of its own, so that each has its time, and a death names its program. Some are on their
 * way while one runs, so that the guest never waits.
 */
async function run(vm: Vm, programs: readonly StepProgram[]): Promise<OutsideAnswer> {
  const results: StepProgramResult[] = [];
  for (let at = 0; at < programs.length; at += IN_FLIGHT) {
    const answers = await Promise.all(programs.slice(at, at + IN_FLIGHT).map((program) => runOne(vm, program)));
    for (const answer of answers) {
      if (answer.death) return { results, death: { ...answer.death, program: results.length } };
      results.push(answer.result);
    }
  }
  return { results };
}

type ProgramAnswer =
  | { readonly result: StepProgramResult; readonly death?: undefined }
  | { readonly result?: undefined; readonly death: Death };

async function runOne(vm: Vm, program: StepProgram): Promise<ProgramAnswer> {
  const answer = await vm.ask(MessageType.Outside, encodePrograms([program]), program.limit_ms + PROGRAM_GRACE_MS);
  if (answer.death) return { death: answer.death };
  if (answer.reply.status !== 0) return { death: badAnswer(vm, `errno ${-answer.reply.status}`) };
  try {
    return { result: decodeResults(answer.reply.payload, 1)[0] };
  } catch (error) {
    if (!(error instanceof BadReplyError)) throw error;
    return { death: badAnswer(vm, error.message) };
  }
}

/** Bytes that are no request are refused at once; those that are one end at its limit. */
const RAW_LIMIT_MS = 60_000;

async function raw(vm: Vm, request: Buffer): Promise<RawAnswer> {
  const answer = await vm.ask(MessageType.Outside, request, RAW_LIMIT_MS);
  return answer.death ? { death: answer.death } : { status: answer.reply.status };
}

async function state(vm: Vm, quietWait_ms: number): Promise<StateAnswer> {
  const answer = await vm.ask(MessageType.OutsideState, encodeWords([quietWait_ms]), quietWait_ms + ANSWER_GRACE_MS);
  if (answer.death) return { death: answer.death };
  if (answer.reply.status !== 0) return { death: badAnswer(vm, `errno ${-answer.reply.status}`) };
  return { state: decodeOutsideState(answer.reply.payload) };
}

const badAnswer = (vm: Vm, reason: string): Death => ({
  kind: 'protocol',
  detail: `init answers what it should not: ${reason}`,
  console: vm.console,
});
