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
 * A file of lines that only grows at its end. Every line is whole: an incomplete last line, left by a killed process or
 * a full disk, is cut off on opening. Lines that arrive while others are written go to the disk together.
 */
export class AppendFile {
  private readonly waiting: Waiting[] = [];
  private writing: Promise<void> | null = null;

  private constructor(
    readonly path: string,
    private handle: FileHandle,
    /** Bytes of whole lines. */
    private length: number,
    private readonly retry: DiskFullRetry,
  ) {}

  static async open(path: string, retry: DiskFullRetry): Promise<AppendFile> {
    const length = cutIncompleteLine(path);
    // A line on the disk is lost when the file's name is not on the disk.
    await syncFolder(dirname(path));
    return new AppendFile(path, await open(path, 'r+'), length, retry);
  }

  /** Bytes of all lines. */
  get bytes(): number {
    return this.length;
  }

  /**
   * Appends a line. Resolves when it is in the file, and on the disk if `durable`. Waits while the disk is full.
   * @param value - plain data
   */
  append(value: unknown, durable: boolean): Promise<void> {
    const text = `${JSON.stringify(value)}\n`;
    const appended = new Promise<void>((resolve, reject) => this.waiting.push({ text, durable, resolve, reject }));
    this.writing ??= this.drain();
    return appended;
  }

  /** Continues in the file that has replaced this one under its name. */
  async reopen(): Promise<void> {
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
      // A part of the text may have been written. It must not stay in front of the next try.
      await this.handle.truncate(this.length).catch(() => undefined);
      throw error;
    }
    this.length += bytes.length;
  }
}

/** Returns the bytes that stay. */
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

/** The whole lines of such a file as data; none when there is no file. */
export function readLines(path: string): unknown[] {
  const lines: unknown[] = [];
  for (const line of textOf(path).split('\n').slice(0, -1)) {
    try {
      lines.push(JSON.parse(line));
    } catch {
      // Not a line of this program, which writes only JSON.
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
