import type { SkBuff } from '../../structs/sk_buff';
import type { World } from '../../world/world';

/**
 * xsk_addrs_alloc() (7.3), and the address of one more descriptor. It counts only once xsk_inc_num_desc() follows.
 * Returns false without memory for the list, which the second descriptor allocates (6.18), or for its node (6.17).
 */
export function xskAddAddr(world: World, skb: SkBuff, addr: number): boolean {
  const { data } = skb;
  if ((data.xskAddrs === null || world.rules.xskListsAddrsInCb) && world.allocFails()) return false;
  data.xskAddrs ??= { numDescs: 1, addrs: [data.destructorArg] };
  data.xskAddrs.addrs[data.xskAddrs.numDescs] = addr;
  return true;
}

/** xsk_inc_num_desc() (7.3). */
export function xskIncNumDesc(skb: SkBuff): void {
  const { xskAddrs } = skb.data;
  if (xskAddrs !== null) xskAddrs.numDescs++;
}
