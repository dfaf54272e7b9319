import type { Command } from '../command';
import { SEGMENT_GSO_COMMANDS } from './segment_gso';
import { SEGMENT_KCM_COMMANDS } from './segment_kcm';
import { SEGMENT_LIST_COMMAND } from './segment_of_list';
import { SEGMENT_LIST_COMMANDS } from './segment_lists';
import { SEGMENT_PROTOCOL_COMMANDS } from './segment_protocols';
import { SEGMENT_SKB_COMMANDS } from './segment_skb';

/** GSO skbs, the lists that segmentation makes of them, and who is charged. */
export const SEGMENT_COMMANDS: readonly Command[] = [
  ...SEGMENT_GSO_COMMANDS,
  ...SEGMENT_SKB_COMMANDS,
  ...SEGMENT_LIST_COMMANDS,
  ...SEGMENT_LIST_COMMAND,
  ...SEGMENT_PROTOCOL_COMMANDS,
  ...SEGMENT_KCM_COMMANDS,
];
