/** The functions and source lines that a complaint of the kernel names. Pure: text in, data out. */

/** Functions that only report, and so do not name a fault. */
const REPORTERS = new RegExp(
  '^(refcount_warn_saturate|__warn|warn_slowpath\\w*|report_bug|dump_stack\\w*|show_stack|print_\\w+|kasan_\\w+|' +
    '__kasan_\\w+|__asan_\\w+|bad_page|check_unmap|debug_dma_\\w+|dma_debug_\\w+|notifier_call_chain|' +
    '\\w+_notifier_call_chain|bus_notify|__free_pages_ok|free_unref_page\\w*|free_page\\w*|page_bad_reason|' +
    'free_pcp_prepare|__free_frozen_pages|exc_\\w+|asm_exc_\\w+|handle_bug|__die\\w*|die\\w*|panic|vpanic|' +
    'skb_panic|skb_over_panic|skb_under_panic|__list_\\w+_valid\\w*|(__)?ubsan_\\w+|fortify_panic|__fortify_\\w+|' +
    'usercopy_abort|__flush_work|.*\\.cold)$',
);

/** A line of a complaint that names a function, except the uncertain ones ("? ") of a call trace. */
const NAMES_FUNCTION = new RegExp(
  '(?:WARNING: CPU: .* at \\S+ |WARNING: \\S+:\\d+ at |BUG: KASAN: [\\w-]+ in |^RIP: \\d+:|^ +(?!\\? ))' +
    '([A-Za-z_][\\w.]*)\\+0x[0-9a-f]+/0x[0-9a-f]+( \\[\\w+\\])?',
);

/** Source lines: of a BUG, of a WARNING before 6.16 and since, of UBSAN. */
const NAMES_SOURCE = /^(?:kernel BUG at|WARNING: CPU: \d+ PID: \d+ at|WARNING:|UBSAN: [\w-]+ in) (\S+?\.[ch]:\d+)/;

/** Callers that a signature names: enough to tell two ways into one function apart. */
const CALLERS_MAX = 2;

interface Frame {
  readonly name: string;
  readonly isOfModule: boolean;
}

/** True for a function that only reports. */
export function isReporter(symbol: string): boolean {
  return REPORTERS.test(symbol);
}

/** Returns the function at RIP, or the first function of the trace that is no reporter. */
export function functionOf(lines: readonly string[]): string | undefined {
  for (const line of lines) {
    const match = /^RIP: \d+:(?:\[<\w+>\] )?([A-Za-z_][\w.]*)\+0x/.exec(line);
    if (match && !isReporter(match[1])) return plainSymbol(match[1]);
  }
  return culprit(lines);
}

/** Returns the first function that is no reporter: of the "at" of WARNING and KASAN, then of the call trace. */
export function culprit(lines: readonly string[]): string | undefined {
  const frame = framesOf(lines).find(({ name }) => !isReporter(name));
  return frame === undefined ? undefined : plainSymbol(frame.name);
}

/**
 * Returns the callers of a function by the call trace, nearest first. The trace ends where the module begins that makes
 * the calls of programs: from there on it is the same for all.
 */
export function callersOf(lines: readonly string[], name: string | undefined): string[] {
  const trace = lines.findIndex((line) => /^ ?Call Trace:/.test(line));
  if (trace < 0) return [];
  const frames = framesOf(lines.slice(trace)).filter((frame) => !isReporter(frame.name));
  const ours = frames.findIndex(({ isOfModule }) => isOfModule);
  const kernel = (ours < 0 ? frames : frames.slice(0, ours)).map((frame) => plainSymbol(frame.name));
  return (kernel[0] === name ? kernel.slice(1) : kernel).slice(0, CALLERS_MAX);
}

/**
 * Returns the source line that complained, as `net/core/skbuff.c:4868`. A line in a function that only reports is the
 * same for all that it reports, so it is none.
 */
export function sourceOf(lines: readonly string[]): string | undefined {
  const match = lines.map((line) => NAMES_SOURCE.exec(line)).find((found) => found !== null);
  if (!match) return undefined;
  const frame = framesOf(lines)[0] as Frame | undefined;
  return frame !== undefined && isReporter(frame.name) ? undefined : match[1].replace(/^(?:\.\.?\/)+/, '');
}

/** The function of the module that made the call, by the first trace of a complaint: `skbcheck_run_skb_put`. */
export function runnerOf(lines: readonly string[]): string | undefined {
  return framesOf(lines).find(({ isOfModule }) => isOfModule)?.name;
}

/** Removes the suffixes that the compiler adds: .isra.0, .constprop.0, .part.3. */
export function plainSymbol(symbol: string): string {
  return symbol.replace(/\.(?:isra|constprop|part|cold|llvm)\b.*$/, '');
}

function framesOf(lines: readonly string[]): Frame[] {
  return lines.flatMap((line) => {
    const match = NAMES_FUNCTION.exec(line);
    return match ? [{ name: match[1], isOfModule: match[2] !== undefined && /skbcheck|repro/.test(match[2]) }] : [];
  });
}
