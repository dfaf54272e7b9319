import { liveObject } from '../../model/world/handles';
import { NO_ID } from '../../model/world/kinds';
import { defineCommand } from '../define_command';
import { IGB_RX_HDR_LEN, igbBufferSize, igbReceive } from '../../model/drivers/net/igb_receive';
import { patternStart } from '../../model/world/memory';
import type { PageRef } from '../../model/structs/page';
import { writtenPayload } from '../../model/mm/page_writes';
import { regionIsExclusive } from '../../model/world/region_exclusive';
import { PADDED_HDR, virtnetReceiveBig } from '../../model/drivers/net/virtnet_receive_big';
import { PRESSURE_NONE, type World } from '../../model/world/world';
import { type Command } from '../command';
import { consume, pageOf } from '../objects';
import { ESP_OUTPUT } from '../sock/esp_output';
import { countHandles, nameResult, pickHandle } from '../pick';
import { ETH_HLEN } from '../../model/structs/if_ether';
import { CACHE_LINE } from '../limits';
import { numbers, these } from '../small_numbers';
import { SKB_NAMES_MAX } from '../skb/skb_contract';

const PRESSURES = ['none', 'order0', 'reserves'];
const HALF_MAX = 2048;
const PAGES_MAX = 17;
const BIG_LEN_MAX = 65536;

const NO_DRIVER = 'the driver is not there: what it does with its pages is done in one step';

/** No kernel function: sets which pages the allocator has left for page_frag caches that take a page from now on. */
const MEMORY_PRESSURE = defineCommand({
  name: 'memory_pressure',
  opcode: 430,
  system: 'rx-buffers',
  args: [{ name: 'level', type: 'enum', words: PRESSURES }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  modelOnly: 'a machine cannot be run out of its high orders, and down to its reserves, by a call',
  usuallyNext: ['page_frag_cache_init', 'page_frag_alloc', 'page_frag_alloc', 'page_frag_cache_drain'],
  draw(world, draw, args) {
    args.level = world.pressure === PRESSURE_NONE ? draw.between(1, 2) : draw.below(PRESSURES.length);
    return true;
  },
  applies() {
    return true;
  },
  run(world, args) {
    world.pressure = args.level;
    return 0;
  },
});

/** Returns whether the page is in a ring, or a driver may put it into its ring: a whole page that it alone owns. */
function isRingBuffer(world: World, ref: PageRef): boolean {
  const { page } = ref;
  if (page.mappings !== 0 || page.deviceDirty.length !== 0) return false;
  if (ref.ring === true) return true;
  const { pageSize } = world.abi;
  if (ref.ofPool || page.ppSignature || page.order !== 0 || page.refcount !== 1 || ref.size !== pageSize) return false;
  const plain = !page.perCpu && page.lruNext === 0 && page.ownerWord === 0;
  return plain && regionIsExclusive(world, ref, 0, pageSize);
}

/**
 * `page` is in the receive ring of a driver that cuts its pages in halves. The call consumes the name when the page
 * leaves the ring.
 */
const IGB_RECEIVE = defineCommand({
  name: 'igb_receive',
  opcode: 431,
  system: 'rx-buffers',
  args: [
    { name: 'page', type: 'page' },
    { name: 'len', type: 'int', min: 1, max: HALF_MAX, smallest: 1 },
  ],
  result: 'skb',
  small: { len: these(ETH_HLEN + 1, 4 * CACHE_LINE + 1) },
  outcomes: ['reused', 'left', 'enomem'],
  allocates: true,
  contextual: false,
  modelOnly: NO_DRIVER,
  usuallyNext: ['igb_receive', 'igb_receive', 'igb_receive', 'kfree_skb', 'skb_clone', 'skb_try_coalesce'],
  draw(world, draw, args) {
    if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
    args.page = draw.chance(3, 4) ? pickHandle(world, draw, 'page', (ref) => ref.ring === true) : NO_ID;
    if (args.page < 0) args.page = pickHandle(world, draw, 'page', (ref) => isRingBuffer(world, ref));
    args.len = draw.chance(1, 4) ? draw.size(1, IGB_RX_HDR_LEN) : draw.size(IGB_RX_HDR_LEN, HALF_MAX);
    return args.page >= 0;
  },
  applies(world, args) {
    return args.len <= igbBufferSize(world) && isRingBuffer(world, pageOf(world, args.page));
  },
  run(world, args, result) {
    const ref = pageOf(world, args.page);
    if (ref.ring !== true) {
      ref.ring = true;
      ref.size = igbBufferSize(world);
    }
    const { page, offset } = ref;
    const { skb, reused } = igbReceive(world, ref, args.len);
    if (skb === null) return 2;
    skb.payload = writtenPayload(page, offset, args.len) ?? [];
    if (!reused) consume(world, args.page);
    nameResult(world, result, 'skb', skb);
    return reused ? 0 : 1;
  },
  expectTruesize(world, args, _outcome, result) {
    if (args.len > IGB_RX_HDR_LEN) expectFrags(world, result, igbBufferSize(world));
  },
});

/** Charges the named skb for its head, and `frags` bytes for its frags. */
function expectFrags(world: World, result: number, frags: number): void {
  const skb = liveObject(world, result, 'skb');
  if (skb === null) return;
  const { skBuffSize, sharedInfoSize } = world.abi;
  skb.expectedTruesize = skBuffSize + sharedInfoSize + skb.data.end + frags;
}

const VIRTNET_RECEIVE_BIG = defineCommand({
  name: 'virtnet_receive_big',
  opcode: 432,
  system: 'rx-buffers',
  args: [
    { name: 'pages', type: 'int', min: 1, max: PAGES_MAX, smallest: 1 },
    { name: 'len', type: 'int', min: 1, max: BIG_LEN_MAX, smallest: 1 },
  ],
  result: 'skb',
  small: {
    len: numbers('64 | 129 | a page', ({ world }) => [CACHE_LINE, 2 * CACHE_LINE + 1, world.abi.pageSize]),
  },
  outcomes: ['ok', 'enomem'],
  allocates: true,
  contextual: false,
  modelOnly: NO_DRIVER,
  usuallyNext: ['skb_clone', 'skb_try_coalesce', '__pskb_pull_tail', 'kfree_skb'],
  draw(world, draw, args) {
    if (countHandles(world, 'skb') >= SKB_NAMES_MAX) return false;
    args.pages = draw.chance(1, 8) ? PAGES_MAX : draw.between(1, 4);
    args.len = draw.size(1, Math.min(BIG_LEN_MAX, args.pages * world.abi.pageSize - PADDED_HDR));
    if (draw.chance(1, 2)) args.len = Math.min(args.len, draw.size(1, world.abi.pageSize - PADDED_HDR));
    return true;
  },
  applies(world, args) {
    return args.len <= args.pages * world.abi.pageSize - PADDED_HDR;
  },
  run(world, args, result) {
    const { pages, len } = args;
    const { pageSize } = world.abi;
    let stamp = world.stamp;
    const skb = virtnetReceiveBig(world, pages, len);
    if (skb === null) return 1;
    const payload: number[] = [];
    for (let at = PADDED_HDR, left = len; left > 0; at = 0) {
      const bytes = Math.min(left, pageSize - at);
      payload.push(patternStart(stamp++), bytes);
      left -= bytes;
    }
    skb.payload = payload;
    nameResult(world, result, 'skb', skb);
    return 0;
  },
  /** truesize is PAGE_SIZE for each page of the skb. */
  expectTruesize(world, _args, outcome, result) {
    const skb = liveObject(world, result, 'skb');
    if (outcome === 'ok' && skb !== null) expectFrags(world, result, skb.data.nrFrags * world.abi.pageSize);
  },
});

export const RX_BUFFER_COMMANDS: readonly Command[] = [MEMORY_PRESSURE, IGB_RECEIVE, VIRTNET_RECEIVE_BIG, ESP_OUTPUT];
