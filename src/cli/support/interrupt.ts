const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const endAtOnce = (): void => process.exit(130);

/**
 * Makes Ctrl-C end the process at once by an exit, which also ends the processes that it started.
 *
 * @returns a function that undoes it
 */
export function endOnSignals(): () => void {
  for (const signal of SIGNALS) process.on(signal, endAtOnce);
  return () => {
    for (const signal of SIGNALS) process.off(signal, endAtOnce);
  };
}

/** While it exists, the first Ctrl-C requests an end between two programs; the second ends the process at once. */
export class Interrupt {
  interrupted = false;
  private readonly listener = (): void => {
    if (this.interrupted) endAtOnce();
    this.interrupted = true;
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
