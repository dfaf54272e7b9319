import { defineCommand } from '../define_command';
import type { Device } from '../../model/structs/device';
import type { PageRef } from '../../model/structs/page';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { deviceOf, pageOf } from '../objects';
import type { Draw } from '../draw';
import { pickHandle } from '../pick';
import { numbers } from '../small_numbers';
import { TWO_32 } from '../../model/mm/struct_page';

/** 52 bits of address. */
const UPPER_MAX = 0xfffff;
/** 6.12 keeps 44 bits of an address in a word of 32: the boundary, its neighbours, and values with bit 0 set. */
const UPPER_BOUNDARIES = [0, 1, 2, 3, 0xffe, 0xfff, 0x1000, 0x1001, UPPER_MAX];
const NEXT_MAX = 0xfffff;
/** Pointers with these low bits, in words of 4 bytes, look most like PP_SIGNATURE. */
const SIGNATURE_WORDS = 0x40 / 4;
const WORDS_MASKED = 0x80 / 4;

/** Below PP_SIGNATURE: no number of an owner is taken for it. */
const OWNER_WORD_MAX = 0x3e;

const MODEL_ONLY = 'the words of struct page and the width of addresses are those of the machine';

/**
 * No kernel function: the bus, or the IOMMU of the device, gives DMA addresses with these upper 32 bits from now on.
 * With a dma_addr_t of 32 bits they are always 0.
 */
const DEVICE_SET_DMA_WINDOW = defineCommand({
  name: 'device_set_dma_window',
  opcode: 410,
  system: 'struct-page',
  args: [
    { name: 'device', type: 'device' },
    { name: 'upper', type: 'int', min: 0, max: UPPER_MAX, smallest: 1 },
  ],
  // DMA addresses that need more than 32 bits; page frame numbers that do.
  small: { upper: numbers('1 | a page', ({ world }) => [1, world.abi.pageSize]) },
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  modelOnly: MODEL_ONLY,
  usuallyNext: ['page_pool_create', 'page_pool_create', 'page_pool_alloc_pages', 'dma_map_page'],
  draw(world, draw, args) {
    args.device = draw.handle(world, 'device');
    args.upper = draw.chance(3, 4) ? draw.pick(UPPER_BOUNDARIES) : draw.below(UPPER_MAX + 1);
    if (world.abi.dmaAddrSize === 4) args.upper = 0;
    return args.device >= 0;
  },
  applies(world, args) {
    return args.upper === 0 || world.abi.dmaAddrSize === 8;
  },
  run(world, args) {
    const device: Device = deviceOf(world, args.device);
    device.nextAddress = args.upper * TWO_32 + (device.nextAddress % TWO_32);
    return 0;
  },
});

/**
 * A page that another part of the kernel owns too: the page cache, or a user. It is never a page of a pool, or one that
 * is cut in pieces.
 */
function mayJoinList(world: World, ref: PageRef): boolean {
  const { page } = ref;
  const whole = ref.size === world.abi.pageSize << page.order;
  return whole && !ref.ofPool && !page.ppSignature && !page.pfmemalloc && !page.perCpu;
}

/**
 * folio_add_lru(), or any owner that links its page into a list: page->lru.next is a kernel pointer, a number of words
 * above PAGE_OFFSET. page_pool looks for its signature in that word.
 */
const FOLIO_ADD_LRU = defineCommand({
  name: 'folio_add_lru',
  opcode: 411,
  system: 'struct-page',
  args: [
    { name: 'page', type: 'page' },
    { name: 'next', type: 'int', min: 1, max: NEXT_MAX, smallest: SIGNATURE_WORDS },
  ],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  modelOnly: MODEL_ONLY,
  usuallyNext: ['device_write', 'device_write', 'skb_add_rx_frag', 'skb_add_rx_frag'],
  draw(world, draw, args) {
    args.page = pickHandle(world, draw, 'page', (ref) => mayJoinList(world, ref));
    args.next = draw.between(1, NEXT_MAX);
    // A list head whose low bits are those of the signature.
    if (draw.chance(1, 2)) args.next = (args.next & ~(WORDS_MASKED - 1)) | SIGNATURE_WORDS;
    return args.page >= 0;
  },
  applies(world, args) {
    return mayJoinList(world, pageOf(world, args.page));
  },
  run(world, args) {
    const { page } = pageOf(world, args.page);
    world.touchPage(page);
    page.lruNext = args.next;
    return 0;
  },
});

/** Bit 1 is set in every second number. No even number is taken for PageTail. */
function drawOwnerWord(draw: Draw): number {
  return 2 * draw.between(1, OWNER_WORD_MAX >> 1);
}

/**
 * No kernel function: an owner keeps a number of its own in the word of the list pointer, since the words of its pages
 * are its own.
 */
const PAGE_SET_OWNER_WORD = defineCommand({
  name: 'page_set_owner_word',
  opcode: 412,
  system: 'struct-page',
  args: [
    { name: 'page', type: 'page' },
    { name: 'word', type: 'int', min: 2, max: OWNER_WORD_MAX, smallest: 2 },
  ],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  modelOnly: MODEL_ONLY,
  usuallyNext: ['device_write', 'device_write', 'skb_fill_page_desc_managed', 'skb_fill_page_desc_managed'],
  draw(world, draw, args) {
    args.page = pickHandle(world, draw, 'page', (ref) => mayJoinList(world, ref));
    args.word = drawOwnerWord(draw);
    return args.page >= 0;
  },
  applies(world, args) {
    return args.word % 2 === 0 && mayJoinList(world, pageOf(world, args.page));
  },
  run(world, args) {
    const { page } = pageOf(world, args.page);
    world.touchPage(page);
    page.ownerWord = args.word;
    return 0;
  },
});

export const STRUCT_PAGE_COMMANDS: readonly Command[] = [DEVICE_SET_DMA_WINDOW, FOLIO_ADD_LRU, PAGE_SET_OWNER_WORD];
