import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { MachineNic } from '../qemu';

/** The Ethernet addresses of the two ends: locally administered (IEEE 802-2014, 8.4). */
export const WIRE_ADDRESSES = ['02:00:00:00:00:0a', '02:00:00:00:00:0b'] as const;

/** The frames that are put on the wire in place of one. @param number - of frames before it on this wire */
export type WireFault = (frame: Buffer, number: number) => readonly Buffer[];

/** A frame of QEMU's netdev `stream` stands behind its length (net/stream.c, net_fill_rstate). */
const LENGTH_BYTES = 4;

/** The frames that a wire has carried from one end to the other. */
export interface Carried {
  frames: number;
  bytes: number;
}

/**
 * A wire between two network devices of a guest, held by this process: whatever one end sends, the other gets, in
 * order. QEMU waits where the other end is slow, so that the wire itself loses nothing.
 */
export class Wire {
  /** By the end that sent it. */
  readonly carried: readonly [Carried, Carried] = [
    { frames: 0, bytes: 0 },
    { frames: 0, bytes: 0 },
  ];
  private readonly sockets: (Socket | undefined)[] = [];
  private readonly unread: Buffer[] = [Buffer.alloc(0), Buffer.alloc(0)];

  /**
   * @param device - of QEMU, with its properties, at both ends
   * @param fault - what the wire does with a frame; default: it carries it
   */
  constructor(
    private readonly device: string,
    private readonly fault: WireFault = (frame) => [frame],
  ) {}

  /** The devices at its ends, whose sockets lie in a folder. */
  nicsIn(folder: string): readonly MachineNic[] {
    const { device } = this;
    return WIRE_ADDRESSES.map((address, end) => ({ device, address, socket: join(folder, `wire${end}`) }));
  }

  /** Connects an end: 0 or 1. An end that was connected before has gone with its guest. */
  attach(end: number, socket: Socket): void {
    this.sockets[end] = socket;
    this.unread[end] = Buffer.alloc(0);
    socket.on('error', () => undefined); // the process reports the end of QEMU
    socket.on('data', (chunk: Buffer) => this.take(end, chunk));
  }

  private take(end: number, chunk: Buffer): void {
    let bytes = Buffer.concat([this.unread[end], chunk]);
    const put: Buffer[] = [];
    while (bytes.length >= LENGTH_BYTES) {
      const to = LENGTH_BYTES + bytes.readUInt32BE(0);
      if (bytes.length < to) break;
      const number = this.carried[0].frames + this.carried[1].frames;
      this.carried[end].frames++;
      this.carried[end].bytes += to - LENGTH_BYTES;
      for (const frame of this.fault(bytes.subarray(LENGTH_BYTES, to), number)) put.push(lengthOf(frame), frame);
      bytes = bytes.subarray(to);
    }
    this.unread[end] = bytes;
    const other = this.sockets[1 - end];
    if (put.length > 0 && other?.writable === true) other.write(Buffer.concat(put));
  }
}

function lengthOf(frame: Buffer): Buffer {
  const bytes = Buffer.alloc(LENGTH_BYTES);
  bytes.writeUInt32BE(frame.length);
  return bytes;
}
