import { defineCommand } from '../define_command';
import { cpuMayRead } from '../../model/kernel/dma/dma_ownership';
import type { PageRef } from '../../model/structs/page';
import { writtenPayload } from '../../model/mm/page_writes';
import { skbAddManagedFrag } from '../../model/net/core/skbuff/frags/skb_add_managed_frag';
import { DESTRUCTOR_NONE, type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { consume, pageOf, skbOf } from '../objects';
import { concatPayload } from '../../model/lib/payload';
import { pickHandle } from '../pick';
import { mayBeZerocopy } from '../skb/transform_contract';
import { skbHasFragList, skbZcopy, skbZcopyManaged } from '../../model/net/core/skbuff/skbuff_inlines';
import { REGION_MAX, TRUESIZE_MAX } from '../limits';

/**
 * io_sg_from_iter adds managed frags to an skb that has no other frags. A frag_list comes after all frags, and the
 * owner pays for the pages: the skb is not charged to a socket.
 */
function mayFillManaged(world: World, skb: SkBuff): boolean {
  if (!mayBeZerocopy(skb) || skbZcopy(skb) === null || skb.destructor !== DESTRUCTOR_NONE || skbHasFragList(skb))
    return false;
  return skb.data.nrFrags < world.abi.maxSkbFrags && (skb.data.nrFrags === 0 || skbZcopyManaged(skb));
}

/**
 * A page of user space: of no pool, not mapped for a device, and the CPU may read its first `size` bytes without a
 * sync.
 */
function isUserPage(world: World, ref: PageRef, size: number): boolean {
  return !ref.ofPool && !ref.page.ppSignature && ref.page.mapping === null && cpuMayRead(world, ref, ref.offset, size);
}

/**
 * The step of io_sg_from_iter (io_uring/net.c, 6.1 and 6.12): adds a frag without a page reference of its own, and
 * counts it in len, data_len and truesize. The uarg takes over the reference of the name and drops it on completion.
 * The frag is the first `size` bytes of the region, which must have been written.
 */
export const SKB_FILL_PAGE_DESC_MANAGED = defineCommand({
  name: 'skb_fill_page_desc_managed',
  opcode: 113,
  system: 'zerocopy',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'page', type: 'page', consumed: true },
    { name: 'size', type: 'int', min: 1, max: REGION_MAX, smallest: 1 },
    { name: 'truesize', type: 'int', min: 1, max: TRUESIZE_MAX, smallest: 1 },
  ],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 128,
  usuallyNext: [
    'skb_fill_page_desc_managed',
    'skb_clone',
    'skb_copy_ubufs',
    'skb_split',
    'skb_shift',
    'pskb_expand_head',
    'alloc_pages',
    'device_write',
    'skb_fill_page_desc_managed',
    'net_zcopy_put',
  ],
  draw(world, draw, args) {
    args.skb = pickHandle(world, draw, 'skb', (skb) => mayFillManaged(world, skb));
    args.page = pickHandle(
      world,
      draw,
      'page',
      (ref) => writtenBytes(ref) > 0 && isUserPage(world, ref, writtenBytes(ref)),
    );
    if (args.skb < 0 || args.page < 0) return false;
    const ref = pageOf(world, args.page);
    args.size = draw.size(1, writtenBytes(ref));
    // PAGE_ALIGN(bv_len + bv_offset), also when the skb refers to a part of the page only.
    const pageSize = world.abi.pageSize;
    args.truesize = Math.ceil(((ref.offset % pageSize) + args.size) / pageSize) * pageSize;
    return true;
  },
  applies(world, args) {
    const ref = pageOf(world, args.page);
    const size = args.size;
    if (
      !mayFillManaged(world, skbOf(world, args.skb)) ||
      size > ref.size ||
      args.truesize < size ||
      !isUserPage(world, ref, size)
    )
      return false;
    return writtenPayload(ref.page, ref.offset, size) !== null;
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    const ref = pageOf(world, args.page);
    skb.payload = concatPayload(skb.payload, writtenPayload(ref.page, ref.offset, args.size) ?? []);
    consume(world, args.page);
    skbAddManagedFrag(world, skb, ref.page, ref.offset, args.size, args.truesize);
    return 0;
  },
  expectTruesize(_world, args, _outcome, _result, { first: skb }) {
    if (skb !== null) skb.expectedTruesize += args.truesize;
  },
});

/** Bytes from the start of the region to the end of the first write that covers the start; 0: no write covers it. */
function writtenBytes(ref: PageRef): number {
  const writes = ref.page.writes;
  for (let i = 0; i < writes.length; i += 3) {
    if (writes[i] <= ref.offset && ref.offset < writes[i + 1]) return Math.min(ref.size, writes[i + 1] - ref.offset);
  }
  return 0;
}
