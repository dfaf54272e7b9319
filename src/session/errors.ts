/** A target or service that cannot be used: the command line ends with exit code 3. The message is one line. */
export class TargetUnavailableError extends Error {
  override readonly name = 'TargetUnavailableError';
  readonly exitCode = 3;
}

/** A disk has no room for what a command makes: the command line ends with exit code 5. The message is one line. */
export class DiskFullError extends Error {
  override readonly name = 'DiskFullError';
  readonly exitCode = 5;
}

/** A request that makes no sense as typed: the command line ends with exit code 2. The message is one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly exitCode = 2;
}

/**
 * The first line of an error's message, for use inside a message of one line.
 * @param error - any thrown value
 */
export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0].trim();
}

/** A signal for all processes ended a process that this one waits for: the command is interrupted. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';

  constructor(readonly signal: 'SIGINT' | 'SIGTERM') {
    super(`ended by ${signal}`);
  }
}
