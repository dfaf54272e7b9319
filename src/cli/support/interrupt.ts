import { constants } from 'node:os';
import { EXIT_INTERRUPTED } from './exit';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
type Signal = (typeof SIGNALS)[number];

/** The signal that ended work of this process last. */
let received: Signal = 'SIGINT';

/** As shells count: 130 after Ctrl-C, 143 after SIGTERM. */
export const codeOf = (signal: Signal): number => 128 + constants.signals[signal];

const endAtOnce = (signal: Signal): void => process.exit(codeOf(signal));

/** The exit code of a command, which tells the two signals apart. */
export function withSignal(code: number): number {
  return code === EXIT_INTERRUPTED ? codeOf(received) : code;
}

/** Returns whether a command that ended so was ended by a signal. */
export function isInterrupted(code: number): boolean {
  return SIGNALS.some((signal) => code === codeOf(signal));
}

/**
 * Makes Ctrl-C and SIGTERM end the process at once by an exit, which also ends the processes that it started.
 *
 * @returns a function that undoes it
 */
export function endOnSignals(): () => void {
  for (const signal of SIGNALS) process.on(signal, endAtOnce);
  return () => {
    for (const signal of SIGNALS) process.off(signal, endAtOnce);
  };
}

/** While it exists, the first signal requests an end between two programs; the second ends the process at once. */
export class Interrupt {
  interrupted = false;
  private readonly listener = (signal: Signal): void => {
    if (this.interrupted) endAtOnce(signal);
    this.interrupted = true;
    received = signal;
  };

  constructor() {
    // One listener comes before the other leaves: without any, a signal would end the process at once.
    for (const signal of SIGNALS) process.on(signal, this.listener).off(signal, endAtOnce);
  }

  dispose(): void {
    for (const signal of SIGNALS) process.on(signal, endAtOnce).off(signal, this.listener);
  }
}

/** Lets signals and timers be handled. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
