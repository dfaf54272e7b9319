import { liveObject } from '../../model/world/handles';
import { defineCommand } from '../define_command';
import { payloadLength, slicePayload } from '../../model/lib/payload';
import { virtioTransportSendPktInfo } from '../../model/net/other/virtio_transport_send_pkt_info';
import type { SkBuff } from '../../model/structs/sk_buff';
import { type Command } from '../command';
import { uargOf } from '../objects';
import { countHandles, nameResult } from '../pick';
import { these } from '../small_numbers';
import { SKB_NAMES_MAX } from '../skb/skb_contract';
import { userPayload } from './zerocopy_send';

/** More than VIRTIO_VSOCK_MAX_PKT_BUF_SIZE needs more than one skb. skb_zerocopy_iter_stream makes a single skb. */
const MESSAGE_MIN = (1 << 16) + 1;
const MESSAGE_MAX = 40 * 4096;

/**
 * send(MSG_ZEROCOPY) of new user memory on a vsock. The name refers to the first skb, and each skb holds the next one
 * through skb.next.
 */
const VIRTIO_TRANSPORT_SEND_PKT_INFO = defineCommand({
  name: 'virtio_transport_send_pkt_info',
  opcode: 192,
  system: 'zerocopy_send',
  args: [
    { name: 'uarg', type: 'uarg' },
    { name: 'len', type: 'int', min: MESSAGE_MIN, max: MESSAGE_MAX, smallest: MESSAGE_MIN },
    { name: 'pages', type: 'enum', words: ['pinned', 'managed'], default: 0 },
  ],
  result: 'skb',
  small: { len: these(1, MESSAGE_MIN - 1, MESSAGE_MIN) },
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: false,
  since: '6.7',
  modelOnly: 'a vsock needs a host that answers',
  weight: 8,
  draw(world, draw, args) {
    args.uarg = draw.handle(world, 'uarg');
    args.len = draw.chance(1, 2) ? draw.size(MESSAGE_MIN, MESSAGE_MAX) : draw.between(17, 40) * world.abi.pageSize;
    args.pages = draw.below(2);
    return args.uarg >= 0 && countHandles(world, 'skb') < SKB_NAMES_MAX;
  },
  applies() {
    return true;
  },
  run(world, args, result) {
    const payload = userPayload(world, world.stamp, args.len, 0);
    const first = virtioTransportSendPktInfo(world, uargOf(world, args.uarg), args.len, args.pages === 1);
    if (first === null) return 1;
    let at = 0;
    for (let skb: SkBuff | null = first; skb !== null; skb = skb.next) {
      skb.payload = slicePayload(payload, at, skb.len);
      at += payloadLength(skb.payload);
    }
    nameResult(world, result, 'skb', first);
    return 0;
  },
  expectTruesize(world, _args, outcome, result) {
    if (outcome !== 'ok') return;
    const { skBuffSize, sharedInfoSize, pageSize } = world.abi;
    for (let skb = liveObject(world, result, 'skb'); skb !== null; skb = skb.next)
      skb.expectedTruesize = skBuffSize + sharedInfoSize + skb.data.end + Math.ceil(skb.len / pageSize) * pageSize;
  },
});

export const ZEROCOPY_VSOCK_COMMANDS: readonly Command[] = [VIRTIO_TRANSPORT_SEND_PKT_INFO];
