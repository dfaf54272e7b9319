/** Tracing of a kernel in a VM: files of tracefs, and BPF programs at its events. */
export interface Tracing {
  /**
   * Writes to a file, behind what it has; without text empties it.
   * @param file - below /sys/kernel/tracing
   * @returns 0 or minus errno; a target that died answers -EIO
   */
  write(file: string, text: string): Promise<number>;
  /**
   * Reads a file, at most 16 MiB of it; '' where there is none.
   * @param file - below /sys/kernel/tracing, or /proc/kallsyms
   */
  read(file: string): Promise<string>;
  /**
   * Runs a BPF program of type kprobe at an event, which has one.
   * @param event - its number, as its file `id` says
   * @param instructions - of struct bpf_insn
   */
  attach(event: number, instructions: Buffer): Promise<number>;
  /** Removes the programs of all events. */
  detach(): Promise<void>;
}

export const TRACEFS = '/sys/kernel/tracing';

/** The payload of TraceWrite, and with an empty text of TraceRead. */
export function encodeTraceFile(file: string, text: string): Buffer {
  return Buffer.from(`${file.startsWith('/') ? file : `${TRACEFS}/${file}`}\0${text}`, 'latin1');
}

/** The payload of TraceAttach. */
export function encodeAttach(event: number, instructions: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(event);
  return Buffer.concat([header, instructions]);
}
