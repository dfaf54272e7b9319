import { clearLine, cursorTo } from 'node:readline';
import { isSteered } from './colour';

const REFRESH_MS = 250;

/** One line on stderr that shows the progress of long work. Silent where stderr is no terminal. */
export class StatusLine {
  private last_ms = 0;
  private shown = false;

  constructor(private readonly quiet = false) {}

  /** @param line - called only when the line is due */
  update(line: () => string): void {
    if (this.quiet || !isSteered(process.stderr)) return;
    const now_ms = performance.now();
    if (now_ms - this.last_ms < REFRESH_MS) return;
    this.last_ms = now_ms;
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
