import { defineCommand } from '../define_command';
import { pagePoolRefPage } from '../../model/net/core/page_pool/page_pool_ref';
import type { PageRef } from '../../model/structs/page';
import type { SkBuff } from '../../model/structs/sk_buff';
import { type Command } from '../command';
import { skbOf } from '../objects';
import { countHandles, nameResult, PAGE_NAMES_MAX, pickHandle } from '../pick';
import { isWhole } from '../skb/skb_contract';

/** MAX_SKB_FRAGS of the kernels that have net_iovs. */
const FRAGS_MAX = 17;

/** A packet in the receive queue of a socket: the driver gave it away. */
function mayRead(skb: SkBuff): boolean {
  return isWhole(skb) && skb.unreadable && skb.ppRecycle && skb.data.nrFrags > 0;
}

/**
 * A user reads a frag of device memory (io_uring zero copy): it gets the net_iov, with a reference of the pool, until
 * it gives it back by page_pool_put_full_netmem. (tcp_recvmsg_dmabuf gives a token for the same reference, but only for
 * net_iovs of a dmabuf.)
 */
const IO_ZCRX_RECV_FRAG = defineCommand({
  name: 'io_zcrx_recv_frag',
  opcode: 44,
  system: 'netmem',
  since: '7.3',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'frag', type: 'int', min: 0, max: FRAGS_MAX - 1, default: 0 },
  ],
  result: 'page',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 48,
  usuallyNext: ['kfree_skb', 'page_pool_put_full_netmem', 'io_zcrx_recv_frag'],
  draw(world, draw, args) {
    if (countHandles(world, 'page') >= PAGE_NAMES_MAX) return false;
    args.skb = pickHandle(world, draw, 'skb', mayRead);
    if (args.skb < 0) return false;
    args.frag = draw.below(skbOf(world, args.skb).data.nrFrags);
    return true;
  },
  applies(world, args) {
    const skb = skbOf(world, args.skb);
    return mayRead(skb) && args.frag < skb.data.nrFrags;
  },
  run(world, args, result) {
    const { page, offset, size } = skbOf(world, args.skb).data.frags[args.frag];
    if (world.rules.zcrxTakesPoolReference) pagePoolRefPage(world, page);
    const ref: PageRef = { page, offset, size, ofPool: true, ofUser: true };
    nameResult(world, result, 'page', ref);
    return 0;
  },
});

export const ZCRX_COMMANDS: readonly Command[] = [IO_ZCRX_RECV_FRAG];
