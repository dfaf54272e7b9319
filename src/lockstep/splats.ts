import { callersOf, culprit, functionOf, runnerOf, sourceOf } from './splat_frames';
import { SHAPES, type Shape, type SplatKind } from './splat_shapes';

/** Parses the text that a guest prints on its console. Pure: text in, data out. */

export type { SplatKind } from './splat_shapes';

/** One complaint of the kernel. */
export interface Splat {
  readonly kind: SplatKind;
  /** The complaint without the parts that differ from run to run: addresses, pids, CPUs, offsets, counts. */
  readonly title: string;
  /** The kernel function that complained or was reached, where the console names it. */
  readonly function?: string;
  /** The source line that complained, where the console names it: `net/core/skbuff.c:4868`. */
  readonly source?: string;
  /** Up to two callers of the function in the kernel, nearest first. */
  readonly callers: readonly string[];
  /** The lines of the complaint, without timestamps. */
  readonly text: string;
}

/** Lines after which a splat is over. */
const END = /^---\[ end (?:trace|Kernel panic)|^={20,}$/;
const CUT = /^-+\[ cut here \]-+$/;
/**
 * Finds the complaints of a kernel.
 * @param text - console text, with or without timestamps
 */
export function parseSplats(text: string): Splat[] {
  const lines = text.split(/\r?\n/).map(plainLine);
  const splats: Splat[] = [];
  for (let at = 0; at < lines.length;) {
    const cut = CUT.test(lines[at]);
    const found = findShape(lines, at, cut);
    if (!found) {
      at++;
      continue;
    }
    const end = found.shape.single ? found.line + 1 : endOf(lines, found.line, cut, found.shape.leads === true);
    const body = lines.slice(at, end).filter((line) => line !== '');
    splats.push(toSplat(found, body));
    at = end;
  }
  return splats.filter(({ text: body }, index) => !saysNothingNew(splats, index) && !isAboutNmi(body));
}

/**
 * Finds the complaint that ended a guest: the last before its panic, or its answer in a hang. Those before it belong to
 * calls that it survived. A guest whose QEMU was killed has none.
 * @param text - console text, with or without timestamps
 * @param isAlone - the guest died in the first call that complained: then a report of KASAN before the oops is of that
 *   call, and the oops is where that access led to. The console alone does not tell the calls of one command apart.
 */
export function fatalSplat(text: string, isAlone = false): Splat | undefined {
  if (panicLine(text) === undefined && hangPlace(text) === undefined) return undefined;
  const splats = parseSplats(text);
  const last = splats.findLastIndex(({ kind }) => kind !== 'panic');
  const before = splats.at(last - 1);
  if (isAlone && last > 0 && before?.kind === 'kasan' && isOfOneCommand(before, splats[last])) return before;
  return splats.at(Math.max(last, 0));
}

/** Returns whether the same function of the module made the calls of which both complain. */
function isOfOneCommand(before: Splat, { kind, text }: Splat): boolean {
  if (kind !== 'oops' && kind !== 'bug') return false;
  const runner = runnerOf(before.text.split('\n'));
  return runner !== undefined && runner === runnerOf(text.split('\n'));
}

/**
 * Finds the program and the command that a guest executed when it died.
 * @param text - console text
 */
export function parseDeathPlace(text: string): { program?: number; command?: number } {
  const match = /skbcheck: at program (\d+) command (\d+)/.exec(text);
  return match ? { program: Number(match[1]), command: Number(match[2]) } : {};
}

/**
 * Finds the function in which a guest hung, as its answer to an NMI names it.
 * @param text - console text
 */
export function hangPlace(text: string): string | undefined {
  return (/skbcheck: hangs in ([\w.]+)/.exec(text) ?? NMI_PANIC.exec(text))?.[1];
}

/** A kernel without our module panics on the NMI by its own settings. Its place stands behind that trace. */
const NMI_PANIC = /Kernel panic - not syncing: NMI: Not continuing[^]*?RIP: 0010:([\w.]+)/;

/**
 * Finds the last message of a kernel that panicked, without its timestamp.
 * @param text - console text
 */
export function panicLine(text: string): string | undefined {
  return /Kernel panic - not syncing: .*/.exec(text)?.[0].trim();
}

/** After "cut here" the telling line may come a few lines later: the message before "WARNING: CPU:". */
function findShape(lines: readonly string[], at: number, cut: boolean): Found | undefined {
  const last = Math.min(lines.length, at + (cut ? 6 : 1));
  let best: Found | undefined;
  for (let line = at; line < last; line++) {
    const shape = SHAPES.find(({ pattern }) => pattern.test(lines[line]));
    if (shape && (!best || SHAPES.indexOf(shape) < SHAPES.indexOf(best.shape)))
      best = { shape, line, text: lines[line] };
    if (shape && shape.kind === 'warning') break;
  }
  return best;
}

interface Found {
  readonly shape: Shape;
  readonly line: number;
  readonly text: string;
}

function endOf(lines: readonly string[], start: number, cut: boolean, leads: boolean): number {
  let ownCut = leads && !cut;
  let ownWarning = cut && !lines[start].startsWith('WARNING');
  for (let at = start + 1; at < lines.length; at++) {
    if (END.test(lines[at])) return at + 1;
    if (CUT.test(lines[at]) && !ownCut) return at;
    if (CUT.test(lines[at])) ownCut = false;
    // After "cut here" the message comes first and then its own WARNING line.
    if (ownWarning && lines[at].startsWith('WARNING: ')) {
      ownWarning = false;
      continue;
    }
    // A new complaint begins only where the text is not part of this one's report.
    if (at > start + 1 && /^(BUG: (?:KASAN|Bad page)|WARNING: CPU|refcount_t:|Kernel panic - )/.test(lines[at]))
      return at;
  }
  return lines.length;
}

function toSplat(found: Found, body: readonly string[]): Splat {
  const match = found.shape.pattern.exec(found.text) as RegExpExecArray;
  const title = found.shape.title(match, body);
  const splat = { kind: found.shape.kind, title, text: body.join('\n') };
  if (found.shape.single) return { ...splat, callers: [] };
  const name = culprit(body) ?? functionOf(body);
  const at = functionOf(body) ?? name;
  const source = sourceOf(body);
  return {
    ...splat,
    ...(name === undefined ? {} : { function: name }),
    ...(source === undefined ? {} : { source }),
    callers: callersOf(body, at),
  };
}

/** True for a panic that follows an earlier report: oops=panic after an oops, the answer to the NMI after a hang. */
function saysNothingNew(splats: readonly Splat[], index: number): boolean {
  if (splats[index].kind !== 'panic') return false;
  if (splats[index].title.includes('the host asked where')) return true;
  const before = splats.slice(0, index).some(({ kind }) => kind === 'oops' || kind === 'bug');
  return before && /fatal exception|Attempted to kill init/i.test(splats[index].title);
}

/** 6.1 dislikes tracing in an NMI; the host sent that NMI to a guest that hung. */
function isAboutNmi(body: string): boolean {
  return /WARNING: CPU: .* printk_sprint/.test(body) && /<NMI>/.test(body);
}

/** Removes timestamps, printk callers and levels. */
function plainLine(line: string): string {
  return line.replace(/^(?:<\d>)?(?:\[\s*\d+\.\d+\](?:\[\s*[TC]\d+\])? ?)+/, '').trimEnd();
}
