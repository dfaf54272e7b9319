import { clearLine, cursorTo } from 'node:readline';
import { isSteered } from './colour';
import { parseDuration } from './options';

const REFRESH_MS = 250;
const LINE_EVERY = '60s';

/**
 * The progress of long work on stderr. A terminal has one line that changes. Elsewhere, as in the log of a CI system, a
 * line is added once a minute: a search that is killed has told how far it came.
 */
export class StatusLine {
  private last_ms: number;
  private shown = false;
  private readonly onTerminal = isSteered(process.stderr);
  private readonly every_ms = this.onTerminal ? REFRESH_MS : linePeriod_ms();

  constructor() {
    this.last_ms = this.onTerminal ? -Infinity : performance.now();
  }

  /** @param line - called only when the line is due */
  update(line: () => string): void {
    const now_ms = performance.now();
    if (now_ms - this.last_ms < this.every_ms) return;
    this.last_ms = now_ms;
    if (!this.onTerminal) {
      process.stderr.write(`${line()}\n`);
      return;
    }
    cursorTo(process.stderr, 0);
    process.stderr.write(line().slice(0, (process.stderr.columns ?? 80) - 1));
    clearLine(process.stderr, 1);
    this.shown = true;
  }

  /** Clears the line; called before other output. */
  clear(): void {
    if (!this.shown) return;
    cursorTo(process.stderr, 0);
    clearLine(process.stderr, 0);
    this.shown = false;
  }
}

/** Time between two lines where stderr is no terminal: SKBCHECK_PROGRESS, or a minute. */
function linePeriod_ms(): number {
  return parseDuration('SKBCHECK_PROGRESS', process.env.SKBCHECK_PROGRESS ?? LINE_EVERY);
}
