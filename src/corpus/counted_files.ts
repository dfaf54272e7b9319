import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cachePath, makeFolder } from '../targets/linux/cache';

/**
 * The instrumented files of one process, kept in the cache for the next: Babel takes seconds for the files of the
 * model. A cache that cannot be read or written costs this time, and nothing else.
 */
export class CountedFiles {
  private readonly known: Readonly<Record<string, string>>;
  private readonly used: Record<string, string> = {};
  private isComplete = true;

  /**
   * @param path - a JSON file of codes by key
   * @param version - of the instrumenter and its options, a part of each key
   */
  constructor(
    private readonly path: string,
    private readonly version: string,
  ) {
    this.known = readCodes(path);
  }

  /** The file of the user's cache directory. */
  static pathInCache(): string {
    // The codes have the paths of their sources, so each checkout has a file of its own.
    const checkout = createHash('sha256').update(__dirname).digest('hex').slice(0, 16);
    return join(cachePath(), 'counted', `${checkout}.json`);
  }

  /**
   * Returns the instrumented code of a file.
   * @param inputs - all that decides the code, in a fixed order
   * @param instrument - makes it where no process has made it before
   */
  codeOf(inputs: readonly string[], instrument: () => string): string {
    const key = createHash('sha256')
      .update(JSON.stringify([this.version, ...inputs]))
      .digest('base64');
    if (!Object.hasOwn(this.known, key)) this.isComplete = false;
    return (this.used[key] ??= this.known[key] ?? instrument());
  }

  /** Writes the codes that this process used, when one was new. Those of older sources are dropped. */
  save(): void {
    if (this.isComplete) return;
    const part = `${this.path}.${process.pid}`;
    try {
      makeFolder(dirname(this.path));
      try {
        writeFileSync(part, JSON.stringify(this.used));
        renameSync(part, this.path);
      } finally {
        rmSync(part, { force: true });
      }
      this.isComplete = true;
    } catch {
      return; // the next process makes the codes again
    }
  }
}

function readCodes(path: string): Readonly<Record<string, string>> {
  try {
    // The codes are executed, so another user's are none.
    if (statSync(path).uid !== process.getuid?.()) return {};
    const codes = JSON.parse(readFileSync(path, 'utf8')) as unknown;
    return typeof codes === 'object' && codes !== null ? (codes as Record<string, string>) : {};
  } catch {
    return {};
  }
}
