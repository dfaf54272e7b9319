/** Ctrl-C asks for an end between two programs; the second one ends at once. */
export class Interrupt {
  interrupted = false;
  private readonly listener = (): void => {
    if (this.interrupted) process.exit(130);
    this.interrupted = true;
  };

  constructor() {
    process.on('SIGINT', this.listener);
    process.on('SIGTERM', this.listener);
  }

  dispose(): void {
    process.off('SIGINT', this.listener);
    process.off('SIGTERM', this.listener);
  }
}

/** Let signals and timers in. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
