import type { Command } from '../command';
import { SEGMENT_FRAG_LIST_COMMANDS } from './segment_frag_list';
import { SEGMENT_GSO_COMMANDS } from './segment_gso';
import { SEGMENT_KCM_COMMANDS } from './segment_kcm';
import { SEGMENT_PROTOCOL_COMMANDS } from './segment_protocols';
import { SEGMENT_SKB_COMMANDS } from './segment_skb';
import { SKB_LIST_COMMANDS } from './skb_list';

/** Commands that make GSO skbs, segment them, use the lists of segments, and charge the segments. */
export const SEGMENT_COMMANDS: readonly Command[] = [
  ...SEGMENT_GSO_COMMANDS,
  ...SEGMENT_SKB_COMMANDS,
  ...SKB_LIST_COMMANDS,
  ...SEGMENT_FRAG_LIST_COMMANDS,
  ...SEGMENT_PROTOCOL_COMMANDS,
  ...SEGMENT_KCM_COMMANDS,
];
