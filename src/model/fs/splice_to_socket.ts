import { EMSGSIZE } from '../lib/errno';
import { pipeConsume } from './pipe';
import { APPEND_COALESCED, skbAppendPagefrags } from '../net/core/skbuff/frags/skb_append_pagefrags';
import { SKBFL_SHARED_FRAG, type SkBuff } from '../structs/sk_buff';
import type { World } from '../world/world';
import type { Pipe } from '../structs/pipe';

/** bvec[16] of splice_to_socket. */
const BVECS = 16;

export interface SplicedToSocket {
  /** Bytes, or -EMSGSIZE if none found room. */
  readonly ret: number;
  readonly coalesced: boolean;
}

/**
 * Moves bytes from a pipe to an skb of a socket's write queue, as far as MAX_SKB_FRAGS allows. The skb takes references
 * of its own to the pages and is marked. The pipe gives up the bytes that were taken (fs/splice.c and net/ipv4/tcp.c).
 */
export function spliceToSocket(world: World, pipe: Pipe, skb: SkBuff, len: number): SplicedToSocket {
  world.touchSkb(skb);
  const spliced = world.rules.splicesPagesFromIter
    ? skbSpliceFromIter(world, pipe, skb, len)
    : tcpBuildFrags(world, pipe, skb, len);
  if (spliced.ret <= 0) return spliced;
  // tcp_sendmsg_locked (6.12), tcp_build_frag (6.1): "if (!(flags & MSG_NO_SHARED_FRAGS))".
  if (world.rules.spliceMarksSharedFrag) skb.data.flags |= SKBFL_SHARED_FRAG;
  skb.len += spliced.ret;
  skb.dataLen += spliced.ret;
  skb.truesize += spliced.ret;
  pipeConsume(world, pipe, spliced.ret);
  return spliced;
}

/**
 * pipe_to_sendpage and tcp_build_frag (6.1): move each buffer as a whole or not at all, under the page that the pipe
 * names.
 */
function tcpBuildFrags(world: World, pipe: Pipe, skb: SkBuff, len: number): SplicedToSocket {
  let ret = 0;
  let coalesced = false;
  for (const { page, tail, offset, len: bytes } of pipe.buffers) {
    const size = Math.min(bytes, len - ret);
    if (size === 0) break;
    const how = skbAppendPagefrags(world, skb, page, tail, offset, size);
    if (how < 0) break;
    if (how === APPEND_COALESCED) coalesced = true;
    ret += size;
  }
  return { ret: ret > 0 ? ret : -EMSGSIZE, coalesced };
}

/**
 * splice_to_socket and skb_splice_from_iter (6.12): move page by page. The page of a compound page that has the bytes
 * is named.
 */
function skbSpliceFromIter(world: World, pipe: Pipe, skb: SkBuff, len: number): SplicedToSocket {
  const { pageSize } = world.abi;
  let ret = 0;
  let coalesced = false;
  for (let i = 0; i < Math.min(BVECS, pipe.buffers.length) && ret < len; i++) {
    const { page, tail, offset, len: bytes } = pipe.buffers[i];
    let left = Math.min(bytes, len - ret);
    let at = offset;
    // The kernel takes eight pages at a time (pages[8]), which makes no difference to the result.
    while (left > 0) {
      const inPage = at % pageSize;
      const part = Math.min(pageSize - inPage, left);
      const named = tail + Math.floor((at - tail * pageSize) / pageSize);
      const how = skbAppendPagefrags(world, skb, page, named, at, part);
      if (how < 0) return { ret: ret > 0 ? ret : how, coalesced };
      if (how === APPEND_COALESCED) coalesced = true;
      at += part;
      left -= part;
      ret += part;
    }
  }
  return { ret, coalesced };
}
