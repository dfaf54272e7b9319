import { defineCommand } from '../define_command';
import { netZcopyPut, skbZcopySet } from '../../model/net/core/skbuff/zerocopy/skb_zcopy';
import { SKBFL_DONT_ORPHAN, SKBFL_SHARED_FRAG, type SkBuff } from '../../model/structs/sk_buff';
import { ubufAlloc } from '../../model/net/core/skbuff/zerocopy/ubuf_alloc';
import { type Command } from '../command';
import { consume, skbOf, uargOf } from '../objects';
import { countHandles, nameResult, pickHandle } from '../pick';
import { SKB_COPY_UBUFS } from '../skb/skb_copy_ubufs';
import { mayBeZerocopy } from '../skb/transform_contract';
import { SKB_FILL_PAGE_DESC_MANAGED } from './zerocopy_managed';
import { skbZcopy } from '../../model/net/core/skbuff/skbuff_inlines';

const UARG_NAMES_MAX = 4;
const UBUF_FLAGS = ['shared_frag', 'dont_orphan'] as const;
const UBUF_FLAG_BITS = [SKBFL_SHARED_FRAG, SKBFL_DONT_ORPHAN];

/** With have_ref NULL: the skb takes a reference of its own. An skb that is zerocopy already does not change. */
const SKB_ZCOPY_SET = defineCommand({
  name: 'skb_zcopy_set',
  opcode: 110,
  system: 'zerocopy',
  args: [
    { name: 'skb', type: 'skb' },
    { name: 'uarg', type: 'uarg' },
  ],
  outcomes: ['ok', 'already_zerocopy'],
  allocates: false,
  contextual: false,
  weight: 24,
  usuallyNext: [
    'alloc_pages',
    'device_write',
    'device_write',
    'skb_fill_page_desc_managed',
    'skb_fill_page_desc_managed',
    'skb_fill_page_desc_managed',
    'skb_fill_page_desc',
    'skb_clone',
    'skb_copy_ubufs',
    'pskb_expand_head',
    'net_zcopy_put',
    'skb_get',
    'alloc_pages',
  ],
  draw(world, draw, args) {
    const plain = (skb: SkBuff): boolean => mayBeZerocopy(skb) && skbZcopy(skb) === null;
    args.skb = pickHandle(world, draw, 'skb', draw.chance(7, 8) ? plain : mayBeZerocopy);
    args.uarg = draw.handle(world, 'uarg');
    return args.skb >= 0 && args.uarg >= 0;
  },
  applies(world, args) {
    return mayBeZerocopy(skbOf(world, args.skb));
  },
  run(world, args) {
    const skb = skbOf(world, args.skb);
    const already = skbZcopy(skb) !== null;
    skbZcopySet(world, skb, uargOf(world, args.uarg));
    return already ? 1 : 0;
  },
});

/**
 * Makes an owner of user pages, as msg_zerocopy, vhost and io_uring do, with one reference. Its flags always include
 * SKBFL_ZEROCOPY_ENABLE. They never include SKBFL_MANAGED_FRAG_REFS: io_uring sets that flag on the skb, see
 * skb_fill_page_desc_managed.
 */
const UBUF_ALLOC = defineCommand({
  name: 'ubuf_alloc',
  opcode: 111,
  system: 'zerocopy',
  args: [{ name: 'flags', type: 'flags', words: UBUF_FLAGS, default: 0 }],
  result: 'uarg',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 8,
  usuallyNext: ['skb_zcopy_set'],
  draw(world, draw, args) {
    if (countHandles(world, 'uarg') >= UARG_NAMES_MAX) return false;
    // msg_zerocopy and io_uring set both flags; vhost does not set dont_orphan.
    args.flags = draw.pick([3, 3, 1, 0, 2]);
    return true;
  },
  applies() {
    return true;
  },
  run(world, args, result) {
    let flags = 0;
    for (let i = 0; i < UBUF_FLAG_BITS.length; i++) if ((args.flags & (1 << i)) !== 0) flags |= UBUF_FLAG_BITS[i];
    nameResult(world, result, 'uarg', ubufAlloc(world, flags));
    return 0;
  },
});

/** Drops the reference of the name. The last put completes the owner, which then releases its pages. */
const NET_ZCOPY_PUT = defineCommand({
  name: 'net_zcopy_put',
  opcode: 112,
  system: 'zerocopy',
  args: [{ name: 'uarg', type: 'uarg', consumed: true }],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  draw(world, draw, args) {
    args.uarg = draw.handle(world, 'uarg');
    return args.uarg >= 0;
  },
  applies() {
    return true;
  },
  run(world, args) {
    const uarg = uargOf(world, args.uarg);
    consume(world, args.uarg);
    netZcopyPut(world, uarg);
    return 0;
  },
});

export const ZEROCOPY_COMMANDS: readonly Command[] = [
  SKB_COPY_UBUFS,
  SKB_ZCOPY_SET,
  UBUF_ALLOC,
  NET_ZCOPY_PUT,
  SKB_FILL_PAGE_DESC_MANAGED,
];
