import { CommanderError } from 'commander';
import { WorldLimitError } from '../../model/world/memory';
import { ParseError } from '../../program/parse';
import { firstLine, TargetUnavailableError, UsageError } from '../../session/errors';
import { note } from './output';
import { EXIT_CLEAN, EXIT_TARGET, EXIT_USAGE } from './exit';

/**
 * Prints the error that ended a command line.
 *
 * @returns the exit code
 * @throws the error itself when it is a fault of skbcheck
 */
export function reportError(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT_CLEAN;
    // Where a subcommand is missing, the usage was shown already and is enough.
    if (error.code === 'commander.help') return EXIT_USAGE;
    // The library puts its suggestion on a line of its own.
    complain(error.message.replace(/^error: /, '').replace(/\n\(Did you mean (.*)\?\)$/s, ", did you mean '$1'?"));
    return EXIT_USAGE;
  }
  if (error instanceof ParseError) {
    note(error.message);
    return EXIT_USAGE;
  }
  if (error instanceof UsageError) return (complain(error.message), EXIT_USAGE);
  if (error instanceof TargetUnavailableError) return (complain(error.message), EXIT_TARGET);
  if (error instanceof WorldLimitError) return (complain(error.message), EXIT_USAGE);
  if (isSystemError(error)) return (complain(firstLine(error)), EXIT_TARGET);
  throw error;
}

function complain(message: string): void {
  note(`skbcheck: error: ${message}`);
}

/** ENOENT, EACCES, ENOSPC and similar: the machine's state, not a fault of skbcheck. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}
