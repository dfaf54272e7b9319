import { closeSync, fstatSync, ftruncateSync, fsyncSync, openSync, readFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DiskFullRetry } from './disk_full_retry';
import { syncFolder } from './atomic_write';

interface Waiting {
  readonly text: string;
  readonly durable: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A file of lines that grows at its end alone. A line is there whole or not at all: an incomplete last one, of a process that was
 * killed or a disk that was full, is cut off on opening. Lines that come while others are written go to the disk together.
 */
export class AppendFile {
  private readonly waiting: Waiting[] = [];
  private writing: Promise<void> | null = null;

  private constructor(
    readonly path: string,
    private handle: FileHandle,
    /** Up to here all lines are whole, bytes. */
    private length: number,
    private readonly retry: DiskFullRetry,
  ) {}

  static async open(path: string, retry: DiskFullRetry): Promise<AppendFile> {
    const length = cutIncompleteLine(path);
    // A line on the disk is of no use in a file whose name is not.
    await syncFolder(dirname(path));
    return new AppendFile(path, await open(path, 'r+'), length, retry);
  }

  /** Bytes of whole lines. */
  get bytes(): number {
    return this.length;
  }

  /**
   * Resolves when the line is in the file, and on the disk where `durable`. A full disk is waited out.
   * @param value - plain data
   */
  append(value: unknown, durable: boolean): Promise<void> {
    const text = `${JSON.stringify(value)}\n`;
    const appended = new Promise<void>((resolve, reject) => this.waiting.push({ text, durable, resolve, reject }));
    this.writing ??= this.drain();
    return appended;
  }

  /** Another file has taken this one's name: go on in that. */
  async reopened(): Promise<void> {
    await this.writing;
    await this.handle.close();
    this.length = cutIncompleteLine(this.path);
    this.handle = await open(this.path, 'r+');
  }

  async close(): Promise<void> {
    await this.writing;
    await this.handle.close();
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const lines = this.waiting.splice(0);
      try {
        const durable = lines.some((line) => line.durable);
        await this.retry.untilWritten(this.path, () =>
          this.write(Buffer.from(lines.map(({ text }) => text).join('')), durable),
        );
        for (const { resolve } of lines) resolve();
      } catch (error) {
        for (const { reject } of lines) reject(error);
      }
    }
    this.writing = null;
  }

  private async write(bytes: Buffer, durable: boolean): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.handle.write(bytes, done, bytes.length - done, this.length + done);
        done += bytesWritten;
      }
      if (durable) await this.handle.datasync();
    } catch (error) {
      // What was written of it must not stand in the middle of the file when it is written again.
      await this.handle.truncate(this.length).catch(() => undefined);
      throw error;
    }
    this.length += bytes.length;
  }
}

/** @returns bytes that stay */
function cutIncompleteLine(path: string): number {
  const file = openSync(path, 'a+');
  try {
    const { size } = fstatSync(file);
    const whole = size === 0 ? 0 : readFileSync(file).lastIndexOf(0x0a) + 1;
    if (whole < size) {
      ftruncateSync(file, whole);
      fsyncSync(file);
    }
    return whole;
  } finally {
    closeSync(file);
  }
}

/** The whole lines of such a file as data; none when it is not there. */
export function readLines(path: string): unknown[] {
  const lines: unknown[] = [];
  for (const line of textOf(path).split('\n').slice(0, -1)) {
    try {
      lines.push(JSON.parse(line));
    } catch {
      // Not of ours: nothing that this program writes is no JSON.
    }
  }
  return lines;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
