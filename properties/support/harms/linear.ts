import type { Page, PageRef } from '../../../src/model/structs/page';
import { SkBuff } from '../../../src/model/structs/sk_buff';
import type { World } from '../../../src/model/world/world';
import { harmsTo, type Harm } from './harm';

const SKB = 'skb1 = alloc_skb(size: 256)\nskb_put(skb: skb1, len: 64)\n';
const CLONED = `${SKB}skb2 = skb_clone(skb: skb1)\n`;
const PAGE = 'page1 = alloc_pages()\ndevice_write(page: page1, len: 64)\n';
const BUILT = `${PAGE}skb1 = build_skb(page: page1, frag_size: 4096)\nskb_put(skb: skb1, len: 64)\n`;
const NETDEV = 'skb1 = netdev_alloc_skb(len: 1500)\nskb_put(skb: skb1, len: 64)\n';

const first = (world: World): SkBuff => world.skbs[0];
const headOf = (world: World): number => first(world).data.head + first(world).dataOffset;
const writes = (world: World, address: number, length: number): void => {
  world.lastIdBefore = Infinity;
  world.memory.writes.push(address, length);
};

/** Heads, their bounds, their sharers, their charges. */
export const LINEAR_HARMS: readonly Harm[] = [
  ...harmsTo('geometry', SKB, { 'tail is behind end': (w) => (first(w).data.end = first(w).tail - 1) }),
  ...harmsTo('geometry, bytes', SKB, {
    'len is a byte more than the bytes between data and tail': (w) => first(w).len++,
  }),
  ...harmsTo(
    'geometry, bytes',
    SKB,
    {
      'data is behind tail': (w) => (first(w).dataOffset = first(w).tail + 1),
      'data is in front of the head': (w) => (first(w).dataOffset = -1),
    },
    { times: 3 },
  ),
  ...harmsTo('', SKB, {
    'the payload ends where the head does': (w) => (first(w).data.end = first(w).tail),
    'the payload is written down in two pieces': (w) => {
      const [start] = first(w).payload;
      first(w).payload = [start, 21, start + 21, 43];
    },
    'truesize is too small by a recorded debt': (w) => {
      first(w).truesize -= 100;
      first(w).expectedTruesize -= 100;
      first(w).truesizeDebt = 100;
    },
    'the buffer ends where skb_shared_info does': (w) =>
      (first(w).data.allocSize = first(w).data.end + w.abi.sharedInfoSize),
    'the caller that gave the buffer states its size': (w) => {
      const { data } = first(w);
      data.bufferSize = data.allocSize;
      data.allocSize = 0;
    },
    'a writer writes to its own payload': (w) => writes(w, headOf(w), 64),
    'a write of nothing': (w) => (w.memory.writes.length = 0),
  }),
  ...harmsTo('', BUILT, {
    'a head in a page is said to be a page fragment': (w) => (first(w).headFrag = true),
  }),
  ...harmsTo('returns-to-its-pool', SKB, {
    'a kmalloc head is said to be a page fragment': (w) => (first(w).headFrag = true),
  }),
  ...harmsTo('geometry', SKB, {
    'the buffer of another owner is a byte too small': (w) =>
      (first(w).data.bufferSize = first(w).data.end + w.abi.sharedInfoSize - 1),
  }),
  ...harmsTo('bytes', SKB, {
    'a byte was put that is not there': (w) => (first(w).payload = [...first(w).payload, 0, 1]),
    'a byte is there that was not put': (w) => (first(w).payload = [first(w).payload[0], 63]),
  }),
  ...harmsTo(
    'bytes',
    SKB,
    {
      'a bit flips in an skb that no command touched': (w) => {
        w.beginCommand(0, 0);
        w.memory.bytes[headOf(w)] ^= 1;
      },
    },
    { untouched: true },
  ),
  ...harmsTo(
    'truesize-exact, truesize-covers',
    SKB,
    {
      'truesize of an skb that no command touched is 1': (w) => {
        w.beginCommand(0, 0);
        first(w).truesize = 1;
      },
    },
    { untouched: true },
  ),
  ...harmsTo(
    'geometry',
    SKB,
    {
      'the end of an skb that no command touched is too far': (w) => {
        w.beginCommand(0, 0);
        first(w).data.allocSize--;
      },
    },
    { untouched: true },
  ),
  ...harmsTo(
    'returns-to-its-pool',
    SKB,
    {
      'an skb that no command touched lies about its head': (w) => {
        w.beginCommand(0, 0);
        first(w).headFrag = true;
      },
    },
    { untouched: true },
  ),
  ...harmsTo('truesize-covers, geometry', NETDEV, {
    'a head of a driver pins a page of more than 40 times its charge': (w) => {
      const { data } = first(w);
      (data.page as Page).order = 3;
      data.allocSize = 819 - w.abi.skBuffSize;
    },
  }),
  ...harmsTo('no-shared-write', CLONED, {
    'the last byte that two skbs see is written': (w) => writes(w, headOf(w) + 63, 1),
    'a write runs into bytes that two skbs see': (w) => writes(w, headOf(w) - 1, 2),
    'the second write of a command is to bytes that two skbs see': (w) => {
      writes(w, headOf(w) - 8, 4);
      writes(w, headOf(w), 4);
    },
  }),
  ...harmsTo('', CLONED, {
    'a write ends in front of bytes that two skbs see': (w) => writes(w, headOf(w) - 8, 8),
    'a write begins behind bytes that two skbs see': (w) => writes(w, headOf(w) + 64, 8),
    'the maker of the head writes to it before two skbs have it': (w) => {
      writes(w, headOf(w), 8);
      w.lastIdBefore = first(w).data.id - 1;
    },
  }),
  ...harmsTo('no-shared-write', `${CLONED}skb3 = skb_clone(skb: skb1)\n`, {
    'one write to bytes that three skbs see is reported once': (w) => writes(w, headOf(w), 1),
    'a write to bytes that existed when the command began': (w) => {
      writes(w, headOf(w), 1);
      w.lastIdBefore = first(w).data.id;
    },
  }),
  ...harmsTo('no-use-after-free', SKB, {
    'a segment behind an skb is free': (w) => (first(w).next = Object.assign(new SkBuff(), { freed: true })),
  }),
  ...harmsTo('', SKB, {
    'the check ends on a circular list of segments': (w) => {
      const segment = new SkBuff();
      segment.next = segment;
      first(w).next = segment;
    },
  }),
  ...harmsTo('skb-users', SKB, { 'users misses the name': (w) => first(w).users-- }),
  ...harmsTo('dataref', CLONED, {
    'dataref misses a clone': (w) => w.datas[0].dataref--,
    'a clone gave up the header, which dataref does not say': (w) => (first(w).nohdr = true),
  }),
  ...harmsTo('', `${SKB}__skb_header_release(skb: skb1)\nskb2 = skb_clone(skb: skb1)\n`, {
    'an skb gave up the header before it was cloned': () => undefined,
  }),
  ...harmsTo('no-use-after-free', BUILT, {
    'the head is free': (w) => (first(w).data.freed = true),
    'the head is free, and holds nothing that was put there': (w) => {
      first(w).data.freed = true;
      first(w).payload = [];
      first(w).data.allocSize = 1;
      first(w).truesizeDebt = -first(w).truesize;
    },
  }),
  ...harmsTo(
    'no-use-after-free',
    CLONED,
    {
      'a head that is free is written': (w) => {
        first(w).data.freed = true;
        writes(w, headOf(w), 1);
      },
    },
    { times: 2 },
  ),
  ...harmsTo('no-use-after-free', BUILT, { 'the page of a head is free': (w) => (w.pages[0].freed = true) }),
  ...harmsTo('no-use-after-free', PAGE, { 'the page of a name is free': (w) => (w.pages[0].freed = true) }),
  ...harmsTo('geometry', PAGE, {
    'the bytes of a name end behind its page': (w) => ((w.pageNames[0].object as PageRef).size = 4097),
  }),
  ...harmsTo('', 'page1 = alloc_pages(order: 1)\n', {
    'the bytes of a name end where its pages do': (w) => {
      const ref = w.pageNames[0].object as PageRef;
      ref.offset = 4096;
      ref.size = 4096;
    },
  }),
  ...harmsTo('page-refcount', PAGE, {
    'a page reference is missing': (w) => w.pages[0].refcount--,
    'a page that no command touched has one reference too many': (w) => w.pages[0].refcount++,
  }),
];
