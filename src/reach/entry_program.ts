import { add, call, copy, exit, insn, load, set, store, storeNumber } from '../commands/outside/abi/bpf/instruction';
import { REGISTER_OFFSETS, packetsOf, type Argument, type Layout } from './features';

const BPF_FUNC_trace_printk = 6;
const BPF_FUNC_probe_read_kernel = 113;
const BPF_ADD_REGISTER = 0x0f;
/** On the stack, below r10. */
const AT = { head: -8, end: -16, first: -24, list: -32, dataref: -40, format: -64 };

/**
 * A BPF program that prints what is in the skb_shared_info of a function's packets: its first eight bytes, frag_list,
 * and dataref. A kprobe cannot fetch it, since skb->end is an offset.
 */
export function entryProgram(args: readonly Argument[], layout: Layout): Buffer {
  const bodies = packetsOf(args).map(({ register }, at) => packetBody(at, register, layout));
  return Buffer.concat([copy(6, 1), ...bodies, set(0, 0), exit()]);
}

/** The line that the program prints: `S0 FLAGS LIST DATAREF`, in hexadecimal. */
export const PRINTED = /^S(\d) ([0-9a-f]+) ([0-9a-f]+) ([0-9a-f]+)/;

function packetBody(packet: number, register: number, layout: Layout): Buffer {
  const skb = (member: string): number => layout.skb.get(member)?.offset ?? 0;
  const shared = (member: string): number => layout.shared.get(member) ?? 0;
  const format = Buffer.alloc(24);
  format.write(`S${packet} %llx %llx %llx`);
  return Buffer.concat([
    load(8, 7, 6, REGISTER_OFFSETS[register]),
    ...[AT.head, AT.end, AT.first, AT.list, AT.dataref].map((at) => storeNumber(8, 10, at, 0)),
    ...read(AT.head, 8, 7, skb('head')),
    ...read(AT.end, 4, 7, skb('end')),
    load(8, 8, 10, AT.head),
    load(8, 9, 10, AT.end),
    insn(BPF_ADD_REGISTER, 8, 9, 0, 0),
    ...read(AT.first, 8, 8, 0),
    ...read(AT.list, 8, 8, shared('frag_list')),
    ...read(AT.dataref, 4, 8, shared('dataref')),
    ...[0, 8, 16].flatMap((at) => [set(1, format.readBigInt64LE(at)), store(8, 10, AT.format + at, 1)]),
    copy(1, 10),
    add(1, AT.format),
    set(2, format.indexOf(0) + 1),
    load(8, 3, 10, AT.first),
    load(8, 4, 10, AT.list),
    load(8, 5, 10, AT.dataref),
    call(BPF_FUNC_trace_printk),
  ]);
}

function read(to: number, bytes: number, from: 7 | 8, offset: number): Buffer[] {
  return [copy(1, 10), add(1, to), set(2, bytes), copy(3, from), add(3, offset), call(BPF_FUNC_probe_read_kernel)];
}

/** The printed words as values of invocations. */
export function printedValues(name: string, words: readonly bigint[], layout: Layout): [string, bigint][] {
  const [first, list, dataref] = words;
  const member = (key: string, bytes: number): [string, bigint][] => {
    const offset = layout.shared.get(key);
    return offset === undefined || offset + bytes > 8
      ? []
      : [[`${name}_${key}`, BigInt.asUintN(bytes * 8, first >> BigInt(offset * 8))]];
  };
  return [
    ...member('flags', 1),
    ...member('nr_frags', 1),
    ...member('tx_flags', 1),
    ...member('gso_size', 2),
    [`${name}_frag_list`, list],
    [`${name}_dataref`, dataref],
  ];
}
