import { CommanderError } from 'commander';
import { WorldLimitError } from '../../model/world/memory';
import { ParseError } from '../../program/parse';
import { firstLine, InterruptedError, TargetUnavailableError, UsageError } from '../../session/errors';
import { codeOf } from './interrupt';
import { note } from './output';
import { UnwrittenError } from './writable';
import { EXIT_CLEAN, EXIT_OUTPUT, EXIT_TARGET, EXIT_USAGE } from './exit';

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
  if (error instanceof InterruptedError) return codeOf(error.signal);
  if (error instanceof UnwrittenError) return (complain(error.message), EXIT_OUTPUT);
  if (isSystemError(error)) return (complain(firstLine(error)), codeOfSystemError(error));
  throw error;
}

function complain(message: string): void {
  note(`skbcheck: error: ${message}`);
}

/** ENOENT, EACCES, ENOSPC and similar: the machine's state, not a fault of skbcheck. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}

/** The disk is full or read-only. */
const DISK = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EFBIG', 'EIO']);

/** A path that the user gave cannot be used as typed; what has no path is a process or a connection. */
function codeOfSystemError({ code, path, syscall }: NodeJS.ErrnoException): number {
  if (code !== undefined && DISK.has(code)) return EXIT_OUTPUT;
  return path === undefined || syscall?.startsWith('spawn') === true ? EXIT_TARGET : EXIT_USAGE;
}
