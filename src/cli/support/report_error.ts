import { CommanderError } from 'commander';
import { WorldLimitError } from '../../model/world/memory';
import { ParseError } from '../../program/parse';
import { hintIn, type ErrorCode, type ErrorDocument } from '../../report/documents/error_document';
import { ktapText } from '../../report/ktap/ktap';
import { DiskFullError, firstLine, InterruptedError, TargetUnavailableError, UsageError } from '../../session/errors';
import { EXIT_CLEAN, EXIT_OUTPUT, EXIT_TARGET, EXIT_USAGE } from './exit';
import { codeOf } from './interrupt';
import { pasteable } from './invocation';
import { note, noteDocument, printDocument } from './output';
import { UnwrittenError } from './writable';

/** Node ends with this code after an error that nothing catches. */
const EXIT_UNCAUGHT = 1;
/** Its stdout has a protocol of its own. */
const WITHOUT_STDOUT = 'serve';

/**
 * Prints the error that ended a command line: as a line on stderr, and with `--json` or `--ktap` on stdout too.
 *
 * @param argv - words behind `skbcheck`
 * @returns the exit code
 * @throws the error itself when it is a fault of skbcheck
 */
export function reportError(error: unknown, argv: readonly string[]): number {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT_CLEAN;
  const document = documentOf(error);
  if (document === undefined) {
    printFormats({ code: 'fault', exitCode: EXIT_UNCAUGHT, message: firstLine(error) }, argv);
    throw error;
  }
  const asked = printFormats(document, argv);
  if (asked !== 'stderr' && isForPeople(error))
    note(`${error instanceof ParseError ? '' : 'skbcheck: error: '}${document.message}`);
  return document.exitCode;
}

/** A signal needs no message; where a subcommand is missing, the usage was shown already and is enough. */
function isForPeople(error: unknown): boolean {
  return !(error instanceof InterruptedError || (error instanceof CommanderError && error.code === 'commander.help'));
}

/** Undefined: it is a fault of skbcheck. */
function documentOf(error: unknown): ErrorDocument | undefined {
  if (error instanceof CommanderError) return errorDocument('usage', EXIT_USAGE, messageOf(error));
  if (error instanceof ParseError) {
    const { file, line, column } = error;
    return { ...errorDocument('program', EXIT_USAGE, error.message), file, line, column };
  }
  if (error instanceof UsageError) return errorDocument('usage', EXIT_USAGE, error.message);
  if (error instanceof TargetUnavailableError) return errorDocument('target', EXIT_TARGET, error.message);
  if (error instanceof WorldLimitError) return errorDocument('limit', EXIT_USAGE, error.message);
  if (error instanceof InterruptedError) return errorDocument('interrupted', codeOf(error.signal), error.message);
  if (error instanceof UnwrittenError || error instanceof DiskFullError)
    return errorDocument('system', EXIT_OUTPUT, error.message);
  return isSystemError(error) ? errorDocument('system', codeOfSystemError(error), firstLine(error)) : undefined;
}

function errorDocument(code: ErrorCode, exitCode: number, message: string): ErrorDocument {
  const hint = hintIn(message);
  return { code, exitCode, message: pasteable(message), ...(hint === undefined ? {} : { hint: pasteable(hint) }) };
}

function messageOf(error: CommanderError): string {
  if (error.code === 'commander.help') return 'no subcommand; npx skbcheck --help lists them';
  // The library puts its suggestion on a line of its own.
  return error.message.replace(/^error: /, '').replace(/\n\(Did you mean (.*)\?\)$/s, ", did you mean '$1'?");
}

/** Prints the document in the format that the command line asks for. Returns the stream that has it. */
function printFormats(document: ErrorDocument, argv: readonly string[]): 'stdout' | 'stderr' | undefined {
  const asks = (option: string): boolean =>
    argv.includes(option) && !argv.slice(0, argv.indexOf(option)).includes('--');
  if (asks('--json') && argv[0] === WITHOUT_STDOUT) return (noteDocument('error', document), 'stderr');
  if (asks('--json')) return (printDocument('error', document), 'stdout');
  if (!asks('--ktap')) return undefined;
  process.stdout.write(ktapText([{ name: 'skbcheck', result: 'not ok', diagnostics: [document.message] }]));
  return 'stdout';
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
