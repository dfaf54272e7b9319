import type { Umem } from '../../structs/umem';
import type { World } from '../../world/world';
import { XDP_PKT_CONTD, XDP_TX_METADATA, type XdpDesc } from '../../structs/xsk_queue';

/** XSK_UNALIGNED_BUF_OFFSET_SHIFT. */
export const UNALIGNED_OFFSET = 2 ** 48;

/** xp_unaligned_add_offset_to_addr(). */
export function xpUnalignedAddOffsetToAddr(addr: number): number {
  return (addr % UNALIGNED_OFFSET) + Math.floor(addr / UNALIGNED_OFFSET);
}

/** xp_raw_get_data(), from pool->addrs: returns the position of the bytes in the umem. */
export function xpRawGetData(umem: Umem, addr: number): number {
  return umem.unaligned ? xpUnalignedAddOffsetToAddr(addr) : addr;
}

/**
 * xp_validate_desc(). No metadata is registered. In copy mode nothing is DMA mapped, so the kernel takes all pages for
 * contiguous.
 */
export function xpValidateDesc(world: World, umem: Umem, desc: XdpDesc): boolean {
  return umem.unaligned ? xpUnalignedValidateDesc(world, umem, desc) : xpAlignedValidateDesc(world, umem, desc);
}

/** xp_aligned_validate_desc(). */
function xpAlignedValidateDesc(world: World, umem: Umem, desc: XdpDesc): boolean {
  if (desc.len === 0 && !world.rules.xskAcceptsEmpty) return false;
  if ((desc.addr % umem.chunkSize) + desc.len > umem.chunkSize) return false;
  if (desc.addr >= umem.size) return false;
  return optionsFit(world, desc);
}

/** xp_unaligned_validate_desc(). */
function xpUnalignedValidateDesc(world: World, umem: Umem, desc: XdpDesc): boolean {
  if (desc.len === 0 && !world.rules.xskAcceptsEmpty) return false;
  if (desc.len > umem.chunkSize) return false;
  const addr = xpUnalignedAddOffsetToAddr(desc.addr);
  if (addr >= umem.size || addr + desc.len > umem.size) return false;
  return optionsFit(world, desc);
}

/** desc->options must be 0 (6.1); xp_unused_options_set() (6.6 and later). */
function optionsFit(world: World, desc: XdpDesc): boolean {
  const known = world.rules.xskMultiBuffer ? XDP_PKT_CONTD | XDP_TX_METADATA : 0;
  return (desc.options & ~known) === 0;
}
