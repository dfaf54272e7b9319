import { WorldLimitError } from '../model/world/memory';
import { liveHandle } from '../model/world/handles';
import { World } from '../model/world/world';
import { executeCall } from '../program/execute';
import type { Call } from '../program/program';
import type { Profile } from '../rules/profiles';
import { hashedHandles } from '../lockstep/batch';
import { decodeExec, DecodeError, type ExecRequest } from '../lockstep/decode';
import { ABI_SIZES } from '../protocol/abi_keys';
import { Refusal } from '../protocol/exec';
import { MessageType, PROTOCOL_VERSION } from '../protocol/messages';
import { Observer } from '../lockstep/observation/observe';
import { wordsOf } from '../lockstep/wire';

const EINVAL = -22;
const ENOMEM = -12;
const ENOSYS = -38;
/** Pairs, their keys and values, kmalloc buckets, bytes of the release. */
const HELLO = [1, ABI_SIZES.protocol.key, PROTOCOL_VERSION, 0, 0];
/** Splats so far, bytes of their text. */
const NO_SPLATS = [0, 0];

/**
 * The model behind the protocol of docs/reference/lockstep.md: a peer that answers as a profile's kernel should. It
 * shows the answers that another stack has to give, and tests use it in place of such a stack.
 */
export class ModelServer {
  private readonly world: World;
  private readonly observer = new Observer();
  /** A mutant or abuse has left a world on which no call can be executed any more. */
  private broken = false;

  /** @param profile - its rules and sizes apply; a mutant's profile answers as the mutant does */
  constructor(private readonly profile: Profile) {
    this.world = new World(profile.rules, profile.abi);
  }

  /**
   * Answers one message.
   * @param message - type and payload, without the frame
   * @returns status and payload, without the frame: a status below zero where the message makes no sense
   */
  answer(message: Buffer): Buffer {
    if (message.length < 4) return reply(EINVAL);
    const payload = message.subarray(4);
    switch (message.readUInt32LE(0)) {
      case MessageType.Hello:
        return reply(0, HELLO);
      case MessageType.Echo:
        return Buffer.concat([reply(0), payload]);
      case MessageType.Exec:
        return this.exec(payload);
      case MessageType.Splats:
        return reply(0, NO_SPLATS);
      default:
        return reply(ENOSYS);
    }
  }

  private exec(payload: Buffer): Buffer {
    if (payload.length % 4 !== 0) return reply(EINVAL);
    try {
      return reply(0, this.execute(decodeExec(wordsOf(payload))));
    } catch (error) {
      if (error instanceof DecodeError) return reply(EINVAL);
      if (error instanceof WorldLimitError) return reply(ENOMEM);
      throw error;
    }
  }

  private execute({ programs, observe, continues }: ExecRequest): number[] {
    const words: number[] = [];
    let observation: number[] = [];
    programs.forEach((calls, program) => {
      if (program > 0 || !continues) this.begin();
      words.push(calls.length);
      calls.forEach((call, position) => {
        words.push(this.make(call), this.observer.digest(), 0);
        if (observe?.program === program && observe.call === position)
          observation = [...this.observer.words.subarray(0, this.observer.length)];
      });
    });
    return observe === undefined ? words : [...words, observation.length, ...observation];
  }

  private begin(): void {
    this.world.reset(this.profile.rules, this.profile.abi);
    this.broken = false;
  }

  /** Makes a call and observes the world after it. Returns the kernel function's return value. */
  private make(call: Call): number {
    const outcome = this.broken ? -1 : this.tryCall(call);
    if (!this.broken) this.observer.observe(this.world, hashedHandles(call));
    return outcome < 0 ? Refusal.BadCall : this.world.ret >>> 0;
  }

  private tryCall(call: Call): number {
    if (call.result >= 0 && liveHandle(this.world, call.result) !== null) return -1;
    try {
      // Abuse runs too: the sender has decided so.
      return executeCall(this.world, call, this.profile.name, true);
    } catch (error) {
      if (error instanceof WorldLimitError) throw error;
      // The model does not go on after its invariants failed. A peer is asked to, and answers that it cannot.
      this.broken = true;
      return -1;
    }
  }
}

function reply(status: number, words: readonly number[] = []): Buffer {
  const bytes = Buffer.alloc(4 + words.length * 4);
  bytes.writeInt32LE(status);
  for (let i = 0; i < words.length; i++) bytes.writeUInt32LE(words[i] >>> 0, 4 + i * 4);
  return bytes;
}
