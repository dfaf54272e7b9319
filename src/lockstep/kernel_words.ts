import { fatalSplat, parseSplats, type Splat } from './splats';

/** Lines of a console without a complaint that are shown: its end. */
const CONSOLE_LINES = 24;

/** A register, the bytes at the instruction pointer, or a segment: most of a report, and seldom read. */
const REGISTERS = /^(?:Code: |RSP: |(?:R[A-D]X|R[SD]I|RBP|R\d\d|EFLAGS|FS|CS|CR\d|DR\d|PKRU|RIP: 0033)\b)/;
/** A frame of the call trace that may be left over on the stack from an earlier call. */
const UNCERTAIN = /^ +\? /;
const TRACE_END = /^---\[ end trace/;

/**
 * A complaint for a terminal: from "cut here" on, with its call trace, then the registers. Uncertain frames and the
 * registers that the panic repeats are left out. Text without a complaint is cut to its end.
 * @param console - text, with or without timestamps
 */
export function kernelWords(console: string): string[] {
  return words(console, parseSplats(console).at(0));
}

/**
 * The same for the console of a guest that died: the complaint that ended it.
 * @param console - text, with or without timestamps
 * @param title - that of the verdict, which knows whether a report of KASAN is of the same call
 */
export function lastWords(console: string, title = ''): string[] {
  return words(console, fatalSplat(console, title.startsWith('KASAN')));
}

function words(console: string, splat: Splat | undefined): string[] {
  if (splat === undefined) return console.trim().split('\n').slice(-CONSOLE_LINES);
  const all = splat.text.split('\n');
  const end = all.findIndex((line) => TRACE_END.test(line));
  const lines = end < 0 ? all : all.slice(0, end + 1);
  const telling = lines.filter((line) => !REGISTERS.test(line) && !UNCERTAIN.test(line));
  return [...telling, ...lines.filter((line) => REGISTERS.test(line))];
}
