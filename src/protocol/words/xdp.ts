import { PAGE, row, SKB, times, whenSet, word, words } from './grammar';
import { FRAG_ROW } from './structs';

export const RXQ_ROW = row('RXQ', ['reg_state', 'mem type', 'has mem id', 'frag_size', 'xsk free buffers']);
export const XDP_ROW = row('XDP', ['data_hard_start', 'headroom', 'len', 'metalen', 'frame_sz', 'flags']);
export const FRAME_ROW = row('FRAME', [
  ...(['at', 'headroom', 'len', 'metasize', 'frame_sz', 'flags', 'mem type', 'has mem id'] as const),
]);
export const CPUMAP_ROW = row('CPUMAP', ['bulk count', 'ring count', 'received']);

/** The frags of a packet: 0, or the contents of its shared info. */
const FRAGS = [
  word('nr_frags'),
  whenSet('nr_frags', word('xdp_frags_size'), times('nr_frags', 'frag', PAGE, words(FRAG_ROW))),
];

export const XDP_WORDS = {
  rxq: [words(RXQ_ROW)],
  xdp: [PAGE, words(XDP_ROW), ...FRAGS, word('payload hash')],
  frame: [PAGE, words(FRAME_ROW), ...FRAGS, word('payload hash')],
  cpumap: [words(CPUMAP_ROW), times('received', 'received', SKB)],
};
