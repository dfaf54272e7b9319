const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const endAtOnce = (): void => process.exit(130);

/**
 * Ctrl-C ends the process at once, by an exit: what it started ends with it.
 * @returns undoes it
 */
export function endOnSignals(): () => void {
  for (const signal of SIGNALS) process.on(signal, endAtOnce);
  return () => {
    for (const signal of SIGNALS) process.off(signal, endAtOnce);
  };
}

/** Ctrl-C asks for an end between two programs; the second one ends at once. */
export class Interrupt {
  interrupted = false;
  private readonly listener = (): void => {
    if (this.interrupted) endAtOnce();
    this.interrupted = true;
  };

  constructor() {
    for (const signal of SIGNALS) process.off(signal, endAtOnce).on(signal, this.listener);
  }

  dispose(): void {
    for (const signal of SIGNALS) process.off(signal, this.listener).on(signal, endAtOnce);
  }
}

/** Let signals and timers in. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
