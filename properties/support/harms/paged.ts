import { pageAddress } from '../../../src/model/mm/page_alloc';
import { SKBFL_MANAGED_FRAG_REFS, type Frag, type SkBuff } from '../../../src/model/structs/sk_buff';
import type { World } from '../../../src/model/world/world';
import { harmsTo, type Harm } from './harm';

/** Two frags: bytes 0..36 of one page, 8..57 of another. */
export const FRAGS = `skb1 = alloc_skb(size: 256)
skb_put(skb: skb1, len: 23)
page1 = alloc_pages()
device_write(page: page1, len: 100)
skb_add_rx_frag(skb: skb1, page: page1, size: 37, truesize: 4096)
page2 = alloc_pages()
device_write(page: page2, len: 100)
skb_add_rx_frag(skb: skb1, page: page2, offset: 8, size: 50, truesize: 4096)
`;
/** The same with two members, of 41 and 13 bytes, of which the second has a frag as well. */
export const LISTED = `${FRAGS}skb2 = alloc_skb(size: 256)
skb_put(skb: skb2, len: 41)
skb3 = alloc_skb(size: 256)
skb_put(skb: skb3, len: 13)
page3 = alloc_pages()
device_write(page: page3, len: 100)
skb_add_rx_frag(skb: skb3, page: page3, offset: 4, size: 19, truesize: 4096)
skb_append_frag_list(skb: skb1, member: skb2)
skb_append_frag_list(skb: skb1, member: skb3)
`;
const FRAG_CLONED = `${FRAGS}skb2 = pskb_copy(skb: skb1)\n`;
export const MANAGED = `skb1 = alloc_skb(size: 256)
uarg1 = ubuf_alloc()
skb_zcopy_set(skb: skb1, uarg: uarg1)
page1 = alloc_pages()
device_write(page: page1, len: 64)
skb_fill_page_desc_managed(skb: skb1, page: page1, size: 64, truesize: 64)
`;
export const ZEROCOPY = `skb1 = alloc_skb(size: 0)
uarg1 = ubuf_alloc(flags: dont_orphan)
skb_zerocopy_iter_stream(skb: skb1, uarg: uarg1, len: 1)
`;

const head = (w: World): SkBuff => w.skbs[0];
const member = (w: World): SkBuff => head(w).data.fragList as SkBuff;
const frag = (w: World, i: number): Frag => head(w).data.frags[i];
const byteOfFrag = (w: World, i: number): number => pageAddress(w, frag(w, i).page) + frag(w, i).offset;
const writes = (w: World, address: number, length: number): void => {
  w.lastIdBefore = Infinity;
  w.memory.writes.push(address, length);
};
/** len and data_len agree with the frags, so that only the place of the bytes is wrong. */
const resize = (w: World, i: number, bytes: number): void => {
  frag(w, i).size += bytes;
  head(w).dataLen += bytes;
  head(w).len += bytes;
};

/** Frags and frag_lists. */
export const PAGED_HARMS: readonly Harm[] = [
  ...harmsTo('bytes', FRAGS, {
    'a frag begins a byte too late': (w) => frag(w, 1).offset++,
    'a bit of the last frag flips': (w) => (w.memory.bytes[byteOfFrag(w, 1) + 49] ^= 1),
    'a frag lies in a page that was never looked into': (w) => (frag(w, 0).page.address = -1),
  }),
  ...harmsTo('', FRAGS, {
    'a frag ends where its page does': (w) => {
      const from = byteOfFrag(w, 1);
      frag(w, 1).offset = 4096 - 50;
      w.memory.bytes.copyWithin(byteOfFrag(w, 1), from, from + 50);
    },
    'a frag ends where its buffer does': (w) => (frag(w, 1).bufferEnd = 58),
    'as many frags as an skb may have': (w) => (w.abi = { ...w.abi, maxSkbFrags: 2 }),
    'an empty frag in a page that was never looked into': (w) => {
      head(w).payload = [...head(w).payload.slice(0, 2), ...head(w).payload.slice(4)];
      frag(w, 0).page.address = -1;
      resize(w, 0, -37);
    },
    'one skb alone sees the frag that is written': (w) => writes(w, byteOfFrag(w, 0), 1),
  }),
  ...harmsTo('geometry', FRAGS, {
    'one frag more than an skb may have': (w) => (w.abi = { ...w.abi, maxSkbFrags: 1 }),
    'a frag ends behind its buffer': (w) => (frag(w, 1).bufferEnd = 57),
    'data_len is a byte too small': (w) => (head(w).dataLen--, head(w).len--),
  }),
  ...harmsTo('geometry, bytes', FRAGS, {
    'a frag begins in front of its page': (w) => (frag(w, 1).offset = -1),
    'a frag ends behind its page': (w) => (frag(w, 1).offset = 4096 - 49),
  }),
  ...harmsTo('geometry, bytes', FRAGS, { 'a frag is a byte shorter than nothing': (w) => resize(w, 1, -51) }),
  ...harmsTo('truesize-covers, geometry, bytes', FRAGS, {
    'frags pin more than the skb is charged': (w) => resize(w, 1, 2 * 4096 - 87 + 512),
  }),
  ...harmsTo('no-use-after-free', FRAGS, { 'the page of a frag is free': (w) => (frag(w, 1).page.freed = true) }),
  ...harmsTo(
    'dma-ownership',
    FRAGS,
    {
      'a device wrote to all pages of an skb': (w) => {
        for (const { page } of head(w).data.frags) page.deviceDirty = [0, 4096];
      },
    },
    { times: 2 },
  ),
  ...harmsTo('page-refcount', FRAGS, { 'a frag holds its page twice': (w) => frag(w, 0).page.refcount++ }),
  ...harmsTo('no-shared-write', FRAG_CLONED, {
    'the first byte of a frag is written that two skbs have': (w) => writes(w, byteOfFrag(w, 1), 1),
    'the last byte of a frag is written that two skbs have': (w) => writes(w, byteOfFrag(w, 1) + 49, 1),
  }),
  ...harmsTo('', FRAG_CLONED, {
    'a write ends in front of a frag that two skbs have': (w) => writes(w, byteOfFrag(w, 1) - 1, 1),
    'a write begins behind a frag that two skbs have': (w) => writes(w, byteOfFrag(w, 1) + 50, 1),
    'a page is filled before two skbs have it': (w) => {
      writes(w, byteOfFrag(w, 1), 1);
      w.lastIdBefore = frag(w, 1).page.id - 1;
    },
    'a page that was never read is no place of a write': (w) => {
      frag(w, 1).page.address = -1;
      for (const skb of w.skbs) skb.data.frags[1].size = 0;
      for (const skb of w.skbs) skb.payload = skb.payload.slice(0, -2);
      for (const skb of w.skbs) skb.dataLen -= 50;
      for (const skb of w.skbs) skb.len -= 50;
      writes(w, 0, 100);
    },
  }),
  ...harmsTo(
    'bytes',
    LISTED,
    {
      'a bit of the second member flips': (w) => {
        const { data, dataOffset } = member(w).next as SkBuff;
        w.memory.bytes[data.head + dataOffset] ^= 1;
      },
      'a bit of the frag of a member flips': (w) => {
        const { page, offset } = (member(w).next as SkBuff).data.frags[0];
        w.memory.bytes[pageAddress(w, page) + offset + 18] ^= 1;
      },
    },
    { times: 2 },
  ),
  ...harmsTo('no-use-after-free', LISTED, {
    'a member of the frag_list is free': (w) => (member(w).freed = true),
    'the second member of the frag_list is free': (w) => ((member(w).next as SkBuff).freed = true),
  }),
  ...harmsTo('skb-users', LISTED, { 'a member has two users': (w) => member(w).users++ }),
  ...harmsTo('geometry', LISTED, {
    'an empty member': (w) => {
      const skb = member(w);
      head(w).len -= skb.len;
      head(w).dataLen -= skb.len;
      head(w).payload = [...head(w).payload.slice(0, 6), ...head(w).payload.slice(8)];
      skb.len = 0;
      skb.tail = skb.dataOffset;
      skb.payload = [];
    },
  }),
  ...harmsTo(
    'skb-users, truesize-covers, geometry, bytes',
    LISTED,
    {
      'the frag_list goes round': (w) => ((member(w).next as SkBuff).next = member(w)),
    },
    { times: 5 },
  ),
  ...harmsTo(
    'skb-users, truesize-covers, geometry, bytes',
    LISTED,
    {
      'a member has itself as frag_list': (w) => (member(w).data.fragList = member(w)),
    },
    { times: 6 },
  ),
  ...harmsTo(
    'skb-users, geometry, bytes',
    LISTED,
    {
      'an skb is in its own frag_list': (w) => (member(w).next = head(w)),
    },
    { times: 4 },
  ),
  ...harmsTo('truesize-covers', LISTED, {
    'an skb is charged less than its members': (w) => {
      const pinned = w.abi.skBuffSize + w.abi.sharedInfoSize + head(w).data.end + 87 + 41 + 32;
      head(w).truesizeDebt = pinned - 1 - head(w).truesize;
    },
  }),
  ...harmsTo('', LISTED, {
    'an skb is charged for the memory that it and its members pin': (w) => {
      const pinned = w.abi.skBuffSize + w.abi.sharedInfoSize + head(w).data.end + 87 + 41 + 32;
      head(w).truesizeDebt = pinned - head(w).truesize;
    },
  }),
  ...harmsTo('uarg-refcount', MANAGED, {
    'an skb releases its owner, which is not notified': (w) => (w.datas[0].flags = SKBFL_MANAGED_FRAG_REFS),
    'the owner is completed while an skb has it': (w) => (w.uargs[0].completed = true),
  }),
  ...harmsTo('page-refcount', MANAGED, {
    'the owner no longer pins the page of a managed frag': (w) => (w.uargs[0].pinned.length = 0),
    'frags are no longer said to be managed': (w) => (w.datas[0].flags &= ~SKBFL_MANAGED_FRAG_REFS),
  }),
  ...harmsTo('no-use-after-free', MANAGED, {
    'the page of a managed frag is free': (w) => (frag(w, 0).page.freed = true),
  }),
  ...harmsTo('uarg-refcount, no-shared-write', ZEROCOPY, {
    'the process may write to bytes that an skb sends': (w) => (w.uargs[0].completed = true),
  }),
  ...harmsTo('uarg-refcount, no-shared-write', ZEROCOPY, {
    'an skb has user memory and not its owner': (w) => (w.datas[0].uarg = null),
  }),
  ...harmsTo('', ZEROCOPY, { 'user memory in a head that was freed': () => undefined }),
];
