import type { Page } from '../structs/page';
import { PP_FLAG_PAGE_FRAG } from '../structs/page_pool';
import type { World } from '../world/world';

/*
 * struct page as the union of words that it is. The fields of Page keep the content of a page. The functions here
 * return the content that a reader of the words sees, by the Abi's sizes and the profile's layout. Words 1 to 5 of
 * struct page, after flags:
 *
 *   word  page cache  tail page      'private'  'union'           'two_words'
 *   1     lru.next    compound_head             dma_addr_t        dma_addr[0]
 *   2     lru.prev                              (its other half)  dma_addr[1]
 *   3     mapping
 *   4     index
 *   5     private                    address
 *
 *   word  'upper' (6.1)               'shifted' (6.12)
 *   1     pp_magic                    pp_magic
 *   2     pp                          pp
 *   3     _pp_mapping_pad             _pp_mapping_pad
 *   4     dma_addr                    dma_addr (>> PAGE_SHIFT)
 *   5     dma_addr_upper, frag_count  pp_ref_count
 *
 * Bit 0 of word 1 is compound_head's mark of a tail page, bit 1 is set_page_pfmemalloc's. A word as large as dma_addr_t
 * holds the address as it is. So on machines of 64 bits, the usual case, the address needs no layout.
 */

export const TWO_32 = 0x1_0000_0000;
const PFMEMALLOC = 2;
/** PP_SIGNATURE without POISON_POINTER_DELTA. */
const PP_SIGNATURE = 0x40;
/** 1 + __fls(PP_SIGNATURE - POISON_POINTER_DELTA). */
const PP_DMA_INDEX_SHIFT = 7;
/**
 * The upper 32 bits of POISON_POINTER_DELTA and PAGE_OFFSET on amd64. The upper bits of a kernel pointer always differ
 * from those of the signature.
 */
const POISON_POINTER_DELTA_UPPER = 0xdead0000;
const PAGE_OFFSET_UPPER = 0xffff8880;

/** Returns whether one word holds all of a DMA address. */
function addressFitsWord(world: World): boolean {
  return world.abi.wordSize >= world.abi.dmaAddrSize;
}

/** page_pool_get_dma_addr(): returns the address in the words. */
export function pagePoolGetDmaAddr(world: World, page: Page): number {
  return addressFitsWord(world) ? page.dmaAddr : dmaAddrOfWords(world, page, page.dmaAddr);
}

/**
 * page_pool_set_dma_addr(). Returns false if the words would give back another address and the kernel checks that
 * (6.12).
 */
export function pagePoolSetDmaAddr(world: World, page: Page, address: number): boolean {
  page.dmaAddr = address;
  if (addressFitsWord(world) || !world.rules.dmaAddrLossRefused) return true;
  return dmaAddrOfWords(world, page, address) === address;
}

/** Returns an address of two words as it is read back from the words of the layout. */
function dmaAddrOfWords(world: World, page: Page, stored: number): number {
  const low = stored % TWO_32;
  const upper = Math.floor(stored / TWO_32);
  switch (world.rules.dmaAddrLayout) {
    case 'private':
      return low;
    case 'shifted':
      return (Math.floor(stored / world.abi.pageSize) % TWO_32) * world.abi.pageSize;
    case 'upper':
      return (upperWordIsCount(page) ? page.ppRefCount >>> 0 : upper) * TWO_32 + low;
    default:
      return stored;
  }
}

/** Returns whether page_pool_fragment_page (6.1) wrote pp_frag_count, which is the same word. */
function upperWordIsCount(page: Page): boolean {
  return page.pp !== null && (page.pp.flags & PP_FLAG_PAGE_FRAG) !== 0 && page.ppRefCount !== 0;
}

/**
 * PageTail(): bit 0 of the first word. A page in the model is a head, so the bit is set only if compound_head was
 * overwritten.
 */
export function looksLikeTail(world: World, page: Page): boolean {
  const layout = world.rules.dmaAddrLayout;
  if (layout !== 'union' && layout !== 'two_words') return false;
  const upperFirst = layout === 'union' && world.abi.bigEndian === true && !addressFitsWord(world);
  return ((upperFirst ? Math.floor(page.dmaAddr / TWO_32) : page.dmaAddr) & 1) !== 0;
}

/** page_pool_page_is_pp() (6.12), `(page->pp_magic & ~0x3UL) == PP_SIGNATURE` (6.1). */
export function pagePoolPageIsPp(world: World, page: Page): boolean {
  if (world.rules.signatureMask === 'right' && page.lruNext === 0) return page.ppSignature;
  const mask = signatureMask(world);
  const upper = world.abi.wordSize === 8 ? POISON_POINTER_DELTA_UPPER : 0;
  return (firstWord(world, page) & mask) >>> 0 === PP_SIGNATURE && firstWordUpper(world, page) === upper;
}

/** PP_MAGIC_MASK, the lower 32 bits. */
function signatureMask(world: World): number {
  const { rules, abi } = world;
  if (rules.signatureMask === 'none') return ~0;
  if (!rules.tracksDmaMappings) return ~3;
  // Bits from PP_DMA_INDEX_SHIFT on, up to the lowest bit of PAGE_OFFSET, or all but the two topmost.
  const end = rules.signatureMask === 'too_wide' ? 30 : lowestBit(abi.pageOffset ?? 0);
  const index = (end >= 32 ? ~0 : (1 << end) - 1) & ~((1 << PP_DMA_INDEX_SHIFT) - 1);
  return ~(index | 3);
}

/** __ffs(). Returns 32 if no bit is set: then the index may have all of the lower half. */
function lowestBit(value: number): number {
  for (let bit = 0; bit < 32; bit++) if (((value >>> bit) & 1) !== 0) return bit;
  return 32;
}

/** Returns the lower 32 bits of word 1: pp_magic while the page is a pool's, lru.next otherwise. */
export function firstWord(world: World, page: Page): number {
  const pfmemalloc = page.pfmemalloc ? PFMEMALLOC : 0;
  if (page.ppSignature) return (PP_SIGNATURE | (page.dmaIndex << PP_DMA_INDEX_SHIFT) | pfmemalloc) >>> 0;
  if (page.lruNext === 0) return pfmemalloc | page.ownerWord;
  return ((world.abi.pageOffset ?? 0) + page.lruNext * world.abi.wordSize) >>> 0;
}

/** page_is_pfmemalloc(): bit 1 of word 1, in every use of the word by the page's owner. */
export function pageIsPfmemalloc(world: World, page: Page): boolean {
  return (firstWord(world, page) & PFMEMALLOC) !== 0;
}

/** Returns the upper 32 bits of word 1 on machines whose words have 64. */
function firstWordUpper(world: World, page: Page): number {
  if (world.abi.wordSize === 4) return 0;
  if (page.ppSignature) return POISON_POINTER_DELTA_UPPER;
  return page.lruNext === 0 ? 0 : PAGE_OFFSET_UPPER;
}
