import type { Profile } from '../../rules/profiles';
import { abiOfGuest } from './abi';
import type { Answer, Death, Link } from '../../lockstep/link';
import { answerOf } from '../../lockstep/wire';
import type { VmDeath } from './death';
import { MessageType } from '../../protocol/messages';
import type { Vm } from './vm';

/** A batch of programs takes well under a second. A guest that is silent for this time hangs. */
const EXECUTE_TIMEOUT_MS = 20_000;
const QUESTION_TIMEOUT_MS = 10_000;

/** Options of the link to a guest. */
export interface VmLinkOptions {
  /** The time limit of a batch; default 20000. */
  readonly executeTimeout_ms?: number;
}

/** A running guest as a target for programs. */
export function vmLink(name: string, vm: Vm, profile: Profile, options: VmLinkOptions = {}): Link {
  const { executeTimeout_ms = EXECUTE_TIMEOUT_MS } = options;
  return {
    name,
    profile: profile.name,
    abi: abiOfGuest(vm.abi, profile.abi),
    boot_ms: vm.boot_ms,
    execute: (request) => execute(vm, request, executeTimeout_ms),
    splats: () => splats(vm),
    rearm: async () => void (await vm.ask(MessageType.ClearOnce, undefined, QUESTION_TIMEOUT_MS)),
    memoryInUse: () => memoryInUse(vm),
    close: () => vm.close(),
  };
}

async function execute(vm: Vm, request: Buffer, timeout_ms: number): Promise<Answer> {
  const answer = await vm.ask(MessageType.Exec, request, timeout_ms);
  if (answer.death) return { death: deathOf(answer.death) };
  return answerOf(answer.reply.status, answer.reply.payload);
}

async function splats(vm: Vm): Promise<string> {
  const answer = await vm.ask(MessageType.Splats, undefined, QUESTION_TIMEOUT_MS);
  if (answer.death) return answer.death.console;
  const bytes = answer.reply.payload.readUInt32LE(4);
  return answer.reply.payload.toString('latin1', 8, 8 + bytes);
}

async function memoryInUse(vm: Vm): Promise<number> {
  const answer = await vm.ask(MessageType.MemInfo, undefined, QUESTION_TIMEOUT_MS);
  if (answer.death || answer.reply.status !== 0 || answer.reply.payload.length < 4) return 0;
  return answer.reply.payload.readUInt32LE(0);
}

function deathOf(death: VmDeath): Death {
  return {
    kind: death.kind,
    detail: death.detail,
    console: death.console,
    program: death.program,
    command: death.command,
  };
}
