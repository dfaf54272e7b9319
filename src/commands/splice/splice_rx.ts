import { liveObject } from '../../model/world/handles';
import { defineCommand } from '../define_command';
import { patternStart } from '../../model/world/memory';
import { rxHeaderSplit } from '../../model/drivers/net/rx_header_split';
import { type Command } from '../command';
import { countHandles, nameResult } from '../pick';
import { SKB_NAMES_MAX } from '../skb/skb_contract';
import { CACHE_LINE, PAGE_BYTES } from '../limits';
import { these } from '../small_numbers';

const HEADLEN_MAX = 256;
const PAGES_MAX = 17;

/** Receives a packet in one call: headers in the head, whole pages as frags. Each part takes the next pattern. */
const RX_HEADER_SPLIT = defineCommand({
  name: 'rx_header_split',
  opcode: 186,
  system: 'splice',
  args: [
    { name: 'headlen', type: 'int', min: 0, max: HEADLEN_MAX, default: 0 },
    { name: 'pages', type: 'int', min: 1, max: PAGES_MAX, smallest: 1 },
    { name: 'last', type: 'int', min: 1, max: PAGE_BYTES, default: PAGE_BYTES, smallest: 1 },
  ],
  result: 'skb',
  small: { headlen: these(0, 1, CACHE_LINE) },
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: false,
  weight: 24,
  usuallyNext: [
    'tcp_queue_rcv',
    'tcp_queue_rcv',
    'tcp_queue_rcv',
    'skb_splice_bits',
    'skb_zerocopy',
    'pskb_extract',
    'skb_clone',
    'esp_input_decrypt',
    'skb_zcopy_set',
    'skb_zcopy_set',
  ],
  draw(world, draw, args) {
    if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
    args.headlen = draw.chance(1, 2) ? 0 : draw.between(1, HEADLEN_MAX);
    args.pages = draw.chance(1, 8) ? PAGES_MAX : draw.between(1, 4);
    args.last = draw.chance(1, 2) ? PAGE_BYTES : draw.size(1, PAGE_BYTES);
    return true;
  },
  applies(world, args) {
    return args.pages <= world.abi.maxSkbFrags && args.last <= world.abi.pageSize;
  },
  run(world, args, result) {
    const { headlen, pages, last } = args;
    let stamp = world.stamp;
    const skb = rxHeaderSplit(world, headlen, pages, last);
    if (skb === null) return 1;
    const payload: number[] = [];
    if (headlen > 0) payload.push(patternStart(stamp++), headlen);
    for (let i = 0; i < pages; i++) payload.push(patternStart(stamp++), i < pages - 1 ? world.abi.pageSize : last);
    skb.payload = payload;
    nameResult(world, result, 'skb', skb);
    return 0;
  },
  /** skb_add_rx_frag charges a whole page for each frag. */
  expectTruesize(world, args, outcome, result) {
    const skb = liveObject(world, result, 'skb');
    if (outcome !== 'ok' || skb === null) return;
    const { skBuffSize, sharedInfoSize, pageSize } = world.abi;
    skb.expectedTruesize = skBuffSize + sharedInfoSize + skb.data.end + args.pages * pageSize;
  },
});

export const SPLICE_RX_COMMANDS: readonly Command[] = [RX_HEADER_SPLIT];
