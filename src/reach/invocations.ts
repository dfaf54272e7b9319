import { PRINTED, printedValues } from './entry_program';
import { packetsOf, type Layout } from './features';
import type { WatchedFunction } from './probes';

/** One run of a function, from its entry to its end. */
export interface Invocation {
  /** Position among the watched functions. */
  readonly of: number;
  readonly values: ReadonlyMap<string, bigint>;
  /** Positions of the blocks that ran. */
  readonly blocks: ReadonlySet<number>;
}

interface Open extends Invocation {
  readonly values: Map<string, bigint>;
  readonly blocks: Set<number>;
  readonly stack: bigint;
}

const EVENT = /^([eb])(\d+)(?:_(\d+))?: \([^)]*\)(.*)$/;
const VALUE = / (\w+)=(-?0x[0-9a-f]+|-?\d+|\(fault\))/g;
/** Stacks are aligned to their size (THREAD_SIZE, IRQ_STACK_SIZE, x86-64), so the page of 16 KiB names one. */
const STACK_BITS = 14n;

/**
 * The invocations that a trace shows. A block belongs to the last entry of its function on the same stack that has not
 * returned: its stack pointer is not above that of the entry.
 * @param trace - text of trace_pipe without context
 */
export function invocationsIn(trace: string, watched: readonly WatchedFunction[], layout: Layout): Invocation[] {
  const all: Open[] = [];
  const open = new Map<string, Open[]>();
  let last: Open | undefined;
  for (const line of trace.split('\n')) {
    const printed = line.startsWith('bpf_trace_printk: ') ? PRINTED.exec(line.slice(18)) : null;
    if (printed !== null) {
      if (last !== undefined) addPrinted(last, watched[last.of], printed, layout);
      continue;
    }
    const event = EVENT.exec(line);
    if (event === null) continue;
    const [, kind, of, block, rest] = event;
    const values = valuesIn(rest);
    const stack = values.get('sp') ?? 0n;
    const stacked = stackOf(open, Number(of), stack);
    if (kind === 'e') {
      last = { of: Number(of), values, blocks: new Set(), stack };
      all.push(last);
      stacked.push(last);
    } else stacked.at(-1)?.blocks.add(Number(block));
  }
  return all;
}

/** The invocations of a function on a stack that have not returned. */
function stackOf(open: Map<string, Open[]>, of: number, stack: bigint): Open[] {
  const key = `${of} ${stack >> STACK_BITS}`;
  const stacked = open.get(key) ?? [];
  open.set(key, stacked);
  while (stacked.length > 0 && (stacked.at(-1) as Open).stack < stack) stacked.pop();
  return stacked;
}

function valuesIn(text: string): Map<string, bigint> {
  const values = new Map<string, bigint>();
  for (const [, name, value] of text.matchAll(VALUE)) if (value !== '(fault)') values.set(name, BigInt(value));
  return values;
}

function addPrinted(to: Open, { args }: WatchedFunction, printed: RegExpExecArray, layout: Layout): void {
  const [, packet, ...words] = printed;
  const name = packetsOf(args).at(Number(packet))?.name;
  if (name === undefined) return;
  const numbers = words.map((word) => BigInt(`0x${word}`));
  for (const [key, value] of printedValues(name, numbers, layout)) to.values.set(key, value);
}
