import { setTimeout as sleep } from 'node:timers/promises';

const FULL = new Set(['ENOSPC', 'EDQUOT']);
const TRY_EVERY_MS = 500;

/** Retries writes while the disk is full, and says so once. Nothing is lost, and the search waits for the write. */
export class DiskFullRetry {
  private readonly full = new Set<string>();

  constructor(private readonly say: (line: string) => void) {}

  /** Repeats `write` until the disk has room for it. Other errors are thrown. */
  async untilWritten<T>(path: string, write: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const done = await write();
        if (this.full.delete(path)) this.say(`${path}: there is room again, going on`);
        return done;
      } catch (error) {
        if (!isFull(error)) throw error;
        if (!this.full.has(path)) this.say(`the disk is full: waiting to write ${path}; make room, nothing is lost`);
        this.full.add(path);
        await sleep(TRY_EVERY_MS);
      }
    }
  }
}

/** True for an error that says that the disk, or the user's quota, is full. */
export function isFull(error: unknown): boolean {
  return FULL.has((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}
