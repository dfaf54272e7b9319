import { copyFrag, skbFragUnref } from '../core/skbuff/frags/skb_frag';
import { skbUncloneKeeptruesize } from '../core/skbuff/copy/skb_unclone';
import { type SkBuff } from '../../structs/sk_buff';
import type { World } from '../../world/world';
import { skbHeadlen } from '../core/skbuff/skbuff_inlines';

/**
 * tcp_trim_head() (net/ipv4/tcp_output.c, 6.1 and 6.12): removes the first `len` bytes of an skb of the write queue,
 * which were acknowledged. Returns 0 or -ENOMEM. truesize shrinks by the trimmed paged bytes, not by the size of their
 * pages. (sk_wmem_queued is not modelled.)
 */
export function tcpTrimHead(world: World, skb: SkBuff, len: number): number {
  const err = skbUncloneKeeptruesize(world, skb);
  if (err !== 0) return err;
  skb.truesize -= __pskbTrimHead(world, skb, len);
  world.touchSkb(skb);
  return 0;
}

/** __pskb_trim_head(): returns the bytes that truesize loses. */
function __pskbTrimHead(world: World, skb: SkBuff, len: number): number {
  const linear = Math.min(len, skbHeadlen(skb));
  const charged = world.rules.trimHeadKeepsHeadCharge ? 0 : linear;
  skb.len -= linear;
  skb.dataOffset += linear;
  const paged = len - linear;
  if (paged === 0) return charged;
  const { data } = skb;
  let eat = paged;
  let kept = 0;
  for (let i = 0; i < data.nrFrags; i++) {
    const { size } = data.frags[i];
    if (size <= eat) {
      skbFragUnref(world, skb, i, 'tcp_trim_head');
      eat -= size;
      continue;
    }
    copyFrag(data, kept, data, i);
    data.frags[kept].offset += eat;
    data.frags[kept].size -= eat;
    eat = 0;
    kept++;
  }
  data.nrFrags = kept;
  skb.dataLen -= paged;
  skb.len = skb.dataLen;
  return charged + paged;
}
