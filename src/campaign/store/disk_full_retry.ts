import { setTimeout as sleep } from 'node:timers/promises';

const FULL = new Set(['ENOSPC', 'EDQUOT']);
const TRY_EVERY_MS = 500;

/** Waits for a disk that is full, and says so once: what is to be written is not lost, and what searches waits with it. */
export class DiskFullRetry {
  private readonly full = new Set<string>();

  constructor(private readonly say: (line: string) => void) {}

  /** Do it again until the disk has room for it. Other errors are thrown. */
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

export function isFull(error: unknown): boolean {
  return FULL.has((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}
