import type { Btf } from './btf';

/** Structures of packets and of their memory: functions that take one are looked at. */
const OF_PACKETS: readonly string[] = [
  ...['sk_buff', 'skb_shared_info', 'page_pool', 'xdp_buff', 'xdp_frame', 'xdp_frame_bulk', 'ubuf_info'],
  ...['pipe_inode_info', 'splice_pipe_desc', 'sk_buff_head', 'napi_struct', 'xsk_buff_pool', 'xdp_sock'],
];

/**
 * The functions of packets among those that a trace of the function tracer names, each once, in the order of entry.
 * @param trace - its text without context: `name <-caller`
 */
export function packetFunctions(trace: string, btf: Btf): string[] {
  const names = [...trace.matchAll(/^\s*(\S+) <-/gm)].map(([, name]) => name);
  const isOfPackets = (name: string): boolean =>
    (btf.parameters(name) ?? []).some(({ pointsTo }) => pointsTo !== undefined && OF_PACKETS.includes(pointsTo));
  return [...new Set(names)].filter(isOfPackets);
}
