import type { Command } from '../commands/command';
import type { IntArg } from '../commands/arg';
import type { PageRef } from '../model/structs/page';
import { type SkBuff } from '../model/structs/sk_buff';
import { liveHandle } from '../model/world/handles';
import type { World } from '../model/world/world';
import { DELIVERED_MAX } from '../commands/mvneta/mvneta_limits';
import { skbHeadlen, skbHeadroom, skbTailroom } from '../model/net/core/skbuff/skbuff_inlines';
import { CACHE_LINE } from '../commands/limits';
import { ETH_HLEN } from '../model/structs/if_ether';

/** What the numbers of a call can be about. */
interface About {
  readonly world: World;
  readonly command: Command;
  /** The first skb and the first page that the call names. */
  readonly skb: SkBuff | null;
  /** The second skb. */
  readonly from: SkBuff | null;
  readonly page: PageRef | null;
}

/** Which numbers, for people and for calls. */
interface Numbers {
  readonly says: string;
  readonly of: (about: About) => readonly number[];
}

const USUAL_HEADROOM = 512;
/** More than the head of the small cache of napi_alloc_skb has: 704 on the kernels. */
const BIG_HEAD = 1024;
const VSOCK_PACKET = 1 << 16;

const these = (...numbers: readonly number[]): Numbers => ({ says: numbers.join(', '), of: () => numbers });
const numbers = (says: string, of: Numbers['of']): Numbers => ({ says, of });
/** One byte, and so many of the skb. */
const oneAnd = (says: string, most: (skb: SkBuff) => number): Numbers =>
  numbers(`1, ${says}`, ({ skb }) => (skb === null ? [1] : [1, most(skb)]));

const EXPAND = these(0, USUAL_HEADROOM);
const STRETCH = numbers('of an skb 1, its linear bytes, all; of a page 1, 64, all; else 0, 1024', ({ skb, page }) => {
  if (skb !== null) return [1, skbHeadlen(skb), skb.len];
  return page === null ? [0, BIG_HEAD] : [1, CACHE_LINE, page.size];
});
const WRITTEN = numbers('of a page 1, what was written, or all; else 0, 1024', ({ page }) => {
  if (page === null) return [0, BIG_HEAD];
  const bytes = Math.min(page.size, page.page.writtenTo - page.offset);
  return bytes > 0 ? [1, bytes] : [page.size];
});

/** By command and argument: where the general ones would miss what the argument is about. */
const BY_COMMAND: Readonly<Record<string, Numbers>> = {
  'skb_put len': oneAnd('the tailroom', skbTailroom),
  'skb_push len': oneAnd('the headroom', skbHeadroom),
  'skb_pull len': oneAnd('the linear bytes', skbHeadlen),
  'skb_reserve len': these(CACHE_LINE),
  'skb_trim len': numbers('0, all but 1', ({ skb }) => (skb === null ? [0] : [0, skb.len - 1])),
  '___pskb_trim len': numbers('0, the linear bytes, all but 1', cuts),
  'skb_split len': numbers('0, the linear bytes, all but 1', cuts),
  '__pskb_pull_tail delta': oneAnd('all paged bytes', (skb) => skb.dataLen),
  'skb_zerocopy len': numbers('1, all of the second skb', ({ from }) => (from === null ? [1] : [1, from.len])),
  'skb_zerocopy_iter_stream len': numbers('1, a page, one byte more than frags of single pages hold', ({ world }) => [
    ...[1, world.abi.pageSize, world.abi.maxSkbFrags * world.abi.pageSize + 1],
  ]),
  // VIRTIO_VSOCK_MAX_PKT_BUF_SIZE
  'virtio_transport_send_pkt_info len': these(1, VSOCK_PACKET, VSOCK_PACKET + 1),
  'tcp_zerocopy_receive length': numbers('0, a page', ({ world }) => [0, world.abi.pageSize]),
  'pskb_extract off': these(0, 1),
  'pskb_extract to_copy': numbers('1, a page, all', ({ world, skb }) => [1, world.abi.pageSize, skb?.len ?? 1]),
  'rx_header_split headlen': these(0, 1, CACHE_LINE),
  'skb_shift shiftlen': numbers('1, all of the second skb', ({ from }) => (from === null ? [1] : [1, from.len])),
  'page_frag_alloc size': numbers('1, a page, a page and 1', ({ world: { abi } }) => [
    1,
    abi.pageSize,
    abi.pageSize + 1,
  ]),
  'page_pool_alloc_frag size': numbers('64, half a page, a page', ({ world: { abi } }) => [
    ...[CACHE_LINE, abi.pageSize / 2, abi.pageSize],
  ]),
  'device_write len': numbers('64, all', ({ page }) => [CACHE_LINE, page?.size ?? CACHE_LINE]),
  'page_pool_put_page dma_sync_size': these(-1, 0, CACHE_LINE),
  'xdp_prepare_buff len': these(ETH_HLEN, BIG_HEAD),
  'xsk_buff_alloc len': these(ETH_HLEN, BIG_HEAD),
  'mvneta_rx_drop count': these(1, DELIVERED_MAX),
  // Needs more than 32 bits; more than 32 bits of pages.
  'device_set_dma_window upper': numbers('1, a page', ({ world }) => [1, world.abi.pageSize]),
  'igb_receive len': these(ETH_HLEN + 1, 4 * CACHE_LINE + 1),
  'virtnet_receive_big len': numbers('64, 129, a page', ({ world }) => [
    ...[CACHE_LINE, 2 * CACHE_LINE + 1, world.abi.pageSize],
  ]),
};

/** By the argument's name. */
const BY_NAME: Readonly<Record<string, Numbers>> = {
  order: these(0, 1),
  pool_size: these(1),
  frag_size: numbers('a cache line and the shared_info, all', ({ world, page }) => [
    ...[world.abi.sharedInfoSize + CACHE_LINE, page?.size ?? world.abi.pageSize],
  ]),
  size: WRITTEN,
  truesize: numbers('all of the page', ({ page, world }) => [page?.size ?? world.abi.pageSize]),
  newheadroom: EXPAND,
  newtailroom: EXPAND,
  headroom: EXPAND,
  nhead: EXPAND,
  ntail: EXPAND,
  offset: these(0, CACHE_LINE),
  max_len: numbers('half a page', ({ world }) => [world.abi.pageSize / 2]),
  budget: these(0, 1, CACHE_LINE),
  pages: these(1, 2),
  count: these(1, 2),
  len: STRETCH,
};

function cuts({ skb }: About): readonly number[] {
  return skb === null ? [0] : [0, skbHeadlen(skb), skb.len - 1];
}

function ruleOf(command: Command, arg: IntArg): Numbers {
  return BY_COMMAND[`${command.name} ${arg.name}`] ?? BY_NAME[arg.name] ?? these(...general(arg));
}

/** Which numbers an argument takes, in words. */
export function numbersText(command: Command, arg: IntArg): string {
  const text = ruleOf(command, arg).says;
  return arg.default === undefined ? text : `${text} (usually ${arg.default})`;
}

/** The few numbers that an argument takes in a small scope: at most three, ascending, within its bounds. */
export function numbersOf(world: World, command: Command, arg: IntArg, objects: readonly number[]): readonly number[] {
  const about = aboutOf(world, command, objects);
  const within = ruleOf(command, arg)
    .of(about)
    .filter((value) => value >= arg.min && value <= arg.max);
  return [...new Set(within)].sort((a, b) => a - b);
}

/** The smallest, one, a cache line. */
function general(arg: IntArg): number[] {
  return [...new Set([arg.smallest ?? arg.min, arg.min, 1, CACHE_LINE])]
    .filter((value) => value >= arg.min && value <= arg.max)
    .slice(0, 3);
}

function aboutOf(world: World, command: Command, objects: readonly number[]): About {
  const skbs: SkBuff[] = [];
  let page: PageRef | null = null;
  command.args.forEach(({ type }, i) => {
    if (type !== 'skb' && type !== 'page') return;
    const object = liveHandle(world, objects[i])?.object;
    if (object === undefined) return;
    if (type === 'skb') skbs.push(object as SkBuff);
    else page ??= object as PageRef;
  });
  return { world, command, skb: skbs[0] ?? null, from: skbs[1] ?? null, page };
}
