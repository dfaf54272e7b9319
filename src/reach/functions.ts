import type { Btf } from './btf';

/** Structures of packets and of their memory: functions that take one are looked at. */
const OF_PACKETS: readonly string[] = [
  ...['sk_buff', 'skb_shared_info', 'page_pool', 'xdp_buff', 'xdp_frame', 'xdp_frame_bulk', 'ubuf_info'],
  ...['pipe_inode_info', 'splice_pipe_desc', 'sk_buff_head', 'napi_struct', 'xsk_buff_pool', 'xdp_sock'],
];

/** A function that a call entered, and the functions that led there: the outermost first. */
export interface Entered {
  readonly name: string;
  readonly path: readonly string[];
}

/**
 * The functions of packets among those that a trace of the function tracer names, each once, in the order of entry.
 * @param trace - its text without context: `name <-caller`
 */
export function packetFunctions(trace: string, btf: Btf): Entered[] {
  const entries = [...trace.matchAll(/^\s*(\S+) <-(\S+)/gm)].map(([, name, caller]) => ({ name, caller }));
  const isOfPackets = (name: string): boolean =>
    (btf.parameters(name) ?? []).some(({ pointsTo }) => pointsTo !== undefined && OF_PACKETS.includes(pointsTo));
  const paths = new Map<string, readonly string[]>();
  for (const { name, caller } of entries)
    if (!paths.has(name))
      paths.set(name, paths.has(caller) ? [...(paths.get(caller) as readonly string[]), caller] : []);
  return [...paths].filter(([name]) => isOfPackets(name)).map(([name, path]) => ({ name, path }));
}

/** The structures of packets that functions take. */
export function structuresOf(names: readonly string[], btf: Btf): string[] {
  const taken = names.flatMap((name) => btf.parameters(name) ?? []).map(({ pointsTo }) => pointsTo ?? '');
  return [...new Set(taken)].filter((name) => OF_PACKETS.includes(name));
}
