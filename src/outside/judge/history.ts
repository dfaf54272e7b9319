import { patternOf } from '../../commands/outside/abi/pattern';
import { fillSeed } from '../../commands/outside/fill';
import type { Level } from '../../commands/outside/step';
import { PROMISES, type PromiseName } from '../promises';
import type { Channel } from './channel';
import { JudgedLinks } from './flows';
import type { JudgedFd } from './judged_fd';
import { JudgedWire } from './nics/judged_wire';
import type { JudgedFanout } from './ring/judged_fanout';
import type { JudgedRing } from './state/judged_ring';
import { JudgedDevices } from './links/devices';
import type { Told } from './told';

export type { Told } from './told';

/** A broken promise. */
export interface Broken {
  readonly promise: PromiseName;
  readonly objectKind: string;
  readonly message: string;
}

/** The files of a program and their bytes, as the kernel's answers so far say that they are. */
export class History {
  readonly broken: Broken[] = [];
  /** By promise: how often it was asked whether it is kept, where it could be broken. */
  readonly asked = new Map<PromiseName, number>(PROMISES.map(({ name }) => [name, 0]));
  /** A socket of vsock took SO_ZEROCOPY. */
  hasVsockZerocopy = false;
  /** Network devices of the machine, and frames on the wire between them. */
  readonly wire = new JudgedWire();
  /** Open files on their way in a stream, each with the byte at a place (SCM_RIGHTS). */
  readonly rights = new Map<Channel, readonly { readonly place: number; readonly file: JudgedFd }[]>();
  /** By its file: a ring of io_uring. */
  readonly rings = new Map<JudgedFd, JudgedRing>();
  /** Links, and what the program wrote into them. */
  readonly links = new JudgedLinks();
  /** The devices of links, and what acts on packets there. */
  readonly devices = new JudgedDevices();
  /** By number: groups of packet sockets (PACKET_FANOUT). */
  readonly fanouts = new Map<number, JudgedFanout>();
  /** Packets that come in may have to be encrypted (xfrm_policy_check). */
  hasPolicies = false;
  /** The loopback device may cut packets into fragments. */
  fragmentsLocally = false;
  /** Connections are tracked. */
  tracks = false;
  /** Files that were sent over a socket: another descriptor may mean them, too. */
  readonly shared = new Set<JudgedFd>();
  private readonly fds = new Map<number, JudgedFd>();

  /**
   * @param lossy - a command of the program loses, corrupts, repeats or reorders packets
   * @param level - the rights of the program
   */
  constructor(
    readonly lossy = false,
    readonly level: Level = 'user',
  ) {}

  /** The descriptor of a name; undefined: the call that makes it failed, or it is closed. */
  fd(id: number): JudgedFd | undefined {
    const fd = this.fds.get(id);
    return fd?.open === true ? fd : undefined;
  }

  add(fd: JudgedFd): JudgedFd {
    this.fds.set(fd.id, fd);
    return fd;
  }

  /** Gives a file a further name. */
  name(id: number, fd: JudgedFd): void {
    this.fds.set(id, fd);
  }

  /** Takes a name from a file that may have others. */
  forget(id: number): void {
    this.fds.delete(id);
  }

  all(): IterableIterator<JudgedFd> {
    return this.fds.values();
  }

  /** Says that a promise is kept or broken. @param message - null: it is kept */
  ask(promise: PromiseName, message: string | null, objectKind = 'fd'): void {
    this.asked.set(promise, (this.asked.get(promise) ?? 0) + 1);
    if (message !== null) this.broken.push({ promise, objectKind, message });
  }
}

/** The bytes that a call sends or writes. */
export function bytesOf({ position }: Told, bytes: number): Buffer {
  return patternOf(fillSeed(position), bytes);
}
