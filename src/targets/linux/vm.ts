import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { describeDeath, type VmDeath } from './death';
import { frame, FrameReader } from './frames';
import { decodeHello, type GuestAbi } from './hello';
import { decodeReply, encodeRequest, type Reply } from '../../protocol/message_bytes';
import { MessageType } from '../../protocol/messages';
import { RunClock } from '../run_clock';
import { defaultAccel, type Accel } from './qemu';
import { VmProcess } from './vm_process';
import type { Wire } from './outside/wire';

/** Options of a boot. */
export interface BootOptions {
  readonly kernelImage: string;
  readonly initrd: string;
  /** Default: SKBCHECK_ACCEL, else tcg. */
  readonly accel?: Accel;
  /** Default 512. */
  readonly memory_mb?: number;
  /** More words for the kernel's command line. */
  readonly extraAppend?: string;
  /** The time limit of the guest's first answer; default 60000. */
  readonly bootTimeout_ms?: number;
  /** The question that the guest answers first; default Hello, which is the module's. */
  readonly firstQuestion?: MessageType.Hello | MessageType.OutsideHello;
  /** Joins two network devices, which the guest has then. */
  readonly wire?: Wire;
  /** Ends a guest that has not answered yet. */
  readonly signal?: AbortSignal;
}

/** An answer, or how the guest ended before it gave one. */
export type Exchange =
  { readonly bytes: Buffer; readonly death?: undefined } | { readonly bytes?: undefined; readonly death: VmDeath };
/** Like Exchange, for a message of the module. */
export type Answer =
  { readonly reply: Reply; readonly death?: undefined } | { readonly reply?: undefined; readonly death: VmDeath };
/** A running guest, or how its boot failed. */
export type Boot =
  { readonly vm: Vm; readonly death?: undefined } | { readonly vm?: undefined; readonly death: VmDeath };

interface Pending {
  readonly timeout_ms: number;
  readonly resolve: (exchange: Exchange) => void;
}

/** The time that a hanging guest gets to print its place. */
const NMI_GRACE_MS = 4_000;
const BOOT_TIMEOUT_MS = 60_000;

/**
 * An emulated guest on a busy machine sometimes cannot calibrate its time stamp counter, and then never gets its first
 * timer interrupt. So its command line states the rate of this machine's processor, later the rate that a guest found.
 * A guest that fails to calibrate is started again.
 */
const CALIBRATION_FAILED = 'tsc: Unable to calibrate against PIT';
const CALIBRATION_ATTEMPTS = 10;
let knownTsc_khz = hostTsc_khz();

/** The rate in /proc/cpuinfo (os.cpus() asks cpufreq, which virtual machines lack); 0 where it has none. */
export function hostTsc_khz(): number {
  try {
    return Math.round(Number(/^cpu MHz\s*: ([\d.]+)/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 0) * 1000);
  } catch {
    return 0;
  }
}

/** A guest that answers. It can die at any moment. From then on, every exchange answers with its death. */
export class Vm {
  private readonly reader = new FrameReader();
  private readonly pending: Pending[] = [];
  private endLimit: () => void = () => undefined;
  private clock!: RunClock;
  private link?: Socket;
  private process!: VmProcess;
  private waited?: string;
  private booted = false;
  private guestAbi?: GuestAbi;
  /** How the guest ended, once it has. */
  death?: VmDeath;
  /** From the start of QEMU to the first answer. */
  boot_ms = 0;
  /** The payload of the reply to the first question. */
  firstAnswer: Buffer = Buffer.alloc(0);

  private constructor() {}

  /**
   * Boots a guest and waits for its first answer. Throws TargetUnavailableError only when QEMU is not there.
   * @param options - image and initrd are files; times in ms
   */
  static async boot(options: BootOptions): Promise<Boot> {
    for (let attempt = 1; ; attempt++) {
      const boot = await Vm.bootOnce(options);
      if (boot.vm?.guestAbi) knownTsc_khz = boot.vm.guestAbi.tsc_khz;
      if (
        boot.vm ||
        options.signal?.aborted ||
        attempt === CALIBRATION_ATTEMPTS ||
        !boot.death.console.includes(CALIBRATION_FAILED)
      )
        return boot;
    }
  }

  private static async bootOnce(options: BootOptions): Promise<Boot> {
    const vm = new Vm();
    const start_ms = performance.now();
    const accel = options.accel ?? defaultAccel();
    const { kernelImage, initrd, memory_mb = 512 } = options;
    const tsc = accel === 'tcg' && knownTsc_khz > 0 ? `tsc_early_khz=${knownTsc_khz} ` : '';
    const extraAppend = tsc + (options.extraAppend ?? '');
    let onLink: (link: Socket) => void = () => undefined;
    const connected = new Promise<Socket>((resolve) => (onLink = resolve));
    vm.process = await VmProcess.start({ kernelImage, initrd, accel, memory_mb, extraAppend }, onLink, options.wire);
    vm.clock = RunClock.of(vm.process.pid);
    void vm.process.ended.then((exit) => vm.die(exit));
    const giveUp = (): void => vm.process.kill();
    options.signal?.addEventListener('abort', giveUp, { once: true });
    if (options.signal?.aborted) giveUp();
    void connected.then((link) => vm.setLink(link));
    // A guest that was given the rate prints this line too, and goes on.
    if (tsc === '') vm.process.console.watch(CALIBRATION_FAILED, () => vm.process.kill());
    const question = options.firstQuestion ?? MessageType.Hello;
    const answer = await vm.ask(question, undefined, options.bootTimeout_ms ?? BOOT_TIMEOUT_MS);
    vm.process.console.unwatch();
    options.signal?.removeEventListener('abort', giveUp);
    if (answer.death) return { death: answer.death };
    vm.booted = true;
    vm.firstAnswer = answer.reply.payload;
    if (question === MessageType.Hello) vm.guestAbi = decodeHello(vm.firstAnswer);
    vm.boot_ms = performance.now() - start_ms;
    return { vm };
  }

  /** The facts that the guest stated about its kernel. */
  get abi(): GuestAbi {
    if (!this.guestAbi) throw new Error('the guest has not said its sizes');
    return this.guestAbi;
  }

  /** The output of the guest so far, at most the last 256 KiB. */
  get console(): string {
    return this.process.console.text();
  }

  /**
   * Sends a request and waits for its reply. Several may be in flight; replies come in order.
   * @param request - a whole request, at most 16 MiB
   * @param timeout_ms - time limit of the reply, counted from the previous reply, on the clock of QEMU
   */
  exchange(request: Buffer, timeout_ms: number): Promise<Exchange> {
    const death = this.death;
    if (death) return Promise.resolve({ death });
    return new Promise((resolve) => {
      this.pending.push({ timeout_ms, resolve });
      if (this.pending.length === 1) this.armTimer();
      this.send(request);
    });
  }

  /**
   * Sends a message of the module and waits for its reply.
   * @param type - the message's number
   * @param payload - bytes that follow the type
   * @param timeout_ms - time limit of the reply
   */
  async ask(type: MessageType, payload: Buffer | undefined, timeout_ms: number): Promise<Answer> {
    const exchange = await this.exchange(encodeRequest(type, payload), timeout_ms);
    return exchange.death ? { death: exchange.death } : { reply: decodeReply(exchange.bytes) };
  }

  /** Ends the guest and waits until QEMU has ended. */
  async close(): Promise<void> {
    this.process.kill();
    await this.process.ended;
  }

  private unsent: Buffer[] = [];

  private send(request: Buffer): void {
    if (this.link) this.link.write(frame(request));
    else this.unsent.push(frame(request));
  }

  private setLink(link: Socket): void {
    this.link = link;
    link.on('error', () => undefined); // the process reports the end of QEMU
    link.on('data', (chunk: Buffer) => this.reader.push(chunk).forEach((bytes) => this.settle(bytes)));
    this.unsent.forEach((bytes) => link.write(bytes));
    this.unsent = [];
  }

  private settle(bytes: Buffer): void {
    const first = this.pending.shift();
    this.armTimer();
    first?.resolve({ bytes });
  }

  /** The timer belongs to the request at the head of the queue: the guest works on one at a time. */
  private armTimer(): void {
    this.endLimit();
    const head = this.pending[0];
    if (head) this.endLimit = this.clock.after(head.timeout_ms, (time) => this.giveUp(time));
  }

  private giveUp(waited: string): void {
    this.waited = waited;
    this.process.sendNmi();
    this.endLimit = this.clock.after(this.booted ? NMI_GRACE_MS : 0, () => this.process.kill());
  }

  private die(exit: string): void {
    this.endLimit();
    this.link?.destroy();
    const { waited, booted } = this;
    this.death = describeDeath({ booted, waited, exit, stderr: this.process.stderr, console: this.console });
    for (const { resolve } of this.pending.splice(0)) resolve({ death: this.death });
  }
}
