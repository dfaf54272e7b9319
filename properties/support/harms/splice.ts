import { pageAddress } from '../../../src/model/mm/page_alloc';
import type { Page } from '../../../src/model/structs/page';
import type { World } from '../../../src/model/world/world';
import { harmsTo, type Harm } from './harm';
import type { Pipe, PipeBuffer } from '../../../src/model/structs/pipe';
import type { UserMapping } from '../../../src/model/structs/user_mapping';

/** Two buffers of an skb's pages, 4096 and 1000 bytes. */
export const PIPE = `skb1 = rx_header_split(pages: 2, last: 2000)
sock1 = sk_alloc()
pipe1 = alloc_pipe_info(slots: 2)
skb_splice_bits(skb: skb1, sock: sock1, pipe: pipe1, len: 5096)
`;
export const CACHED = `file1 = shmem_file_setup(pages: 2)
pipe1 = alloc_pipe_info(slots: 2)
filemap_splice_read(file: file1, pipe: pipe1, offset: 100, len: 200)
`;
/** Two pages mapped, some bytes copied, and a packet that waits. */
export const MAPPED = `skb1 = rx_header_split(pages: 3, last: 500)
mm1 = tcp_mmap(pages: 3)
tcp_queue_rcv(mm: mm1, skb: skb1)
tcp_zerocopy_receive(mm: mm1, length: 8192)
`;
export const COPIED = `skb1 = rx_header_split(headlen: 100, pages: 1, last: 500)
mm1 = tcp_mmap(pages: 1)
tcp_queue_rcv(mm: mm1, skb: skb1)
tcp_zerocopy_receive(mm: mm1, length: 4096, copybuf_len: 4096)
`;
export const WAITING = `skb1 = rx_header_split(pages: 1)
mm1 = tcp_mmap(pages: 1)
tcp_queue_rcv(mm: mm1, skb: skb1)
`;

const pipe = (w: World): Pipe => w.systems.pipes[0];
const buffer = (w: World, i: number): PipeBuffer => pipe(w).buffers[i];
const mapping = (w: World): UserMapping => w.systems.userMappings[0];
const mapped = (w: World, i: number): Page => mapping(w).pages[i] as Page;
const flip = (w: World, page: Page, at: number): void => void (w.memory.bytes[pageAddress(w, page) + at] ^= 1);
const untouch = (w: World): void => w.beginCommand(0, 0);
const writes = (w: World, address: number, length: number): void => {
  untouch(w);
  w.memory.writes.push(0, 1, address, length);
};
/** Only the pipe has the page, so a write to it is a write to the pipe's bytes. */
const leave = (w: World, id: number): void => {
  const skb = w.skbs[0];
  for (const { page } of skb.data.frags.slice(0, skb.data.nrFrags)) page.refcount--;
  skb.data.nrFrags = 0;
  skb.dataLen = 0;
  skb.len = 0;
  skb.payload = [];
  w.lastIdBefore = id;
};
const addressOf = (w: World, i: number): number => pageAddress(w, buffer(w, i).page) + buffer(w, i).offset;

/** Pipes, the page cache, user mappings. */
export const SPLICE_HARMS: readonly Harm[] = [
  ...harmsTo(
    'bytes',
    PIPE,
    {
      'the first bit of a pipe flips': (w) => {
        const { page, offset } = buffer(w, 0);
        flip(w, page, offset);
      },
      'the last bit of a pipe flips': (w) => {
        const { page, offset, len } = buffer(w, 1);
        flip(w, page, offset + len - 1);
      },
    },
    { times: 2 },
  ),
  ...harmsTo('bytes', PIPE, {
    'a pipe holds a byte less than was put into it': (w) => buffer(w, 1).len--,
    'a pipe holds a byte more than was put into it': (w) => buffer(w, 1).len++,
    'a pipe holds the right bytes in the wrong order': (w) => void pipe(w).buffers.reverse(),
  }),
  ...harmsTo('', PIPE, {
    'a pipe is exactly full': () => undefined,
    'the expected bytes of a pipe are in three pieces': (w) => {
      const [a, len, ...rest] = pipe(w).payload;
      pipe(w).payload = [a, 1, a + 1, 4000, a + 4001, len - 4001, ...rest];
    },
    'the expected bytes of a pipe are empty': (w) => {
      for (const { page } of pipe(w).buffers) page.refcount--;
      pipe(w).buffers.length = 0;
      pipe(w).payload = [];
    },
    'a pipe holds bytes that no command touched': (w) => {
      untouch(w);
      pipe(w).payload = [];
    },
  }),
  ...harmsTo('geometry, bytes', PIPE, {
    'a buffer of a pipe begins in front of its page': (w) => (buffer(w, 0).offset = -1),
    'a buffer of a pipe ends behind its page': (w) => (buffer(w, 0).offset = 1),
    'a buffer of a pipe is less than nothing': (w) => (buffer(w, 1).len = -1),
    'a buffer of a pipe is empty': (w) => (buffer(w, 1).len = 0),
  }),
  ...harmsTo('ring-bounds', PIPE, { 'a pipe has more buffers than slots': (w) => (pipe(w).slots = 1) }),
  ...harmsTo('page-refcount', PIPE, { 'a pipe holds no reference': (w) => buffer(w, 1).page.refcount-- }),
  ...harmsTo('page-refcount', CACHED, {
    'the page cache holds no reference': (w) => w.systems.files[0].pages[1].refcount--,
    'a pipe holds no reference to a page of the page cache': (w) => buffer(w, 0).page.refcount--,
  }),
  ...harmsTo('no-use-after-free', CACHED, {
    'the page cache has a page that is free': (w) => (w.systems.files[0].pages[1].freed = true),
  }),
  ...harmsTo(
    'no-use-after-free',
    CACHED,
    {
      'the page cache and a pipe have a page that is free': (w) => (buffer(w, 0).page.freed = true),
    },
    { times: 2 },
  ),
  ...harmsTo('no-shared-write', PIPE, {
    'the first byte of a pipe is written': (w) => {
      writes(w, addressOf(w, 1), 1);
      leave(w, buffer(w, 1).id);
    },
    'the last byte of a pipe is written': (w) => {
      writes(w, addressOf(w, 1) + buffer(w, 1).len - 1, 1);
      leave(w, buffer(w, 1).id);
    },
  }),
  ...harmsTo('no-shared-write', CACHED, {
    'the first byte of a page of the page cache is written': (w) =>
      writes(w, pageAddress(w, w.systems.files[0].pages[1]), 1),
    'the last byte of a page of the page cache is written': (w) =>
      writes(w, pageAddress(w, w.systems.files[0].pages[1]) + 4095, 1),
  }),
  ...harmsTo('no-shared-write', CACHED, {
    'bytes of the page cache in a pipe are written': (w) => writes(w, addressOf(w, 0), 1),
  }),
  ...harmsTo('', CACHED, {
    'bytes behind the page cache are written': (w) => {
      const pages = w.systems.files[0].pages.map((page) => pageAddress(w, page));
      writes(w, Math.max(...pages) + 4096, 1);
    },
    'the page cache is filled by the command that makes it': (w) => {
      writes(w, pageAddress(w, w.systems.files[0].pages[1]), 1);
      w.lastIdBefore = w.systems.files[0].id - 1;
    },
    'a page of the page cache that was never read': (w) => {
      w.systems.files[0].pages[1].address = -1;
      writes(w, 0, 1 << 12);
    },
  }),
  ...harmsTo(
    'bytes',
    MAPPED,
    {
      'the first bit of a mapped page flips': (w) => flip(w, mapped(w, 0), 0),
      'the last bit of a mapped page flips': (w) => flip(w, mapped(w, 1), 4095),
    },
    { times: 2 },
  ),
  ...harmsTo(
    'bytes',
    MAPPED,
    {
      'two pages show each other’s received bytes': (w) => {
        const { payloads } = mapping(w);
        [payloads[0], payloads[1]] = [payloads[1], payloads[0]];
      },
    },
    { times: 2 },
  ),
  ...harmsTo('', MAPPED, {
    'a mapping has a page that no command touched': (w) => {
      untouch(w);
      mapping(w).payloads[0] = [0, 4096];
    },
    'bytes between two mapped pages are written': (w) => {
      const high = Math.max(pageAddress(w, mapped(w, 0)), pageAddress(w, mapped(w, 1)));
      writes(w, high + 4096, 1);
    },
  }),
  ...harmsTo(
    'no-use-after-free',
    MAPPED,
    { 'a mapped page is free': (w) => (mapped(w, 1).freed = true) },
    { times: 2 },
  ),
  ...harmsTo('page-refcount', MAPPED, { 'a page table holds no reference': (w) => mapped(w, 1).refcount-- }),
  ...harmsTo('no-shared-write', MAPPED, {
    'a mapped page is of the page cache': (w) => (mapped(w, 0).file = {} as never),
    'a mapped page is a piece of a larger one': (w) => (mapped(w, 0).order = 1),
    'the last byte of a mapped page is written': (w) => writes(w, pageAddress(w, mapped(w, 1)) + 4095, 1),
  }),
  ...harmsTo('bytes', COPIED, {
    'the first byte that was copied to the process flips': (w) => (w.memory.bytes[mapping(w).copybuf] ^= 1),
    'the last byte that was copied to the process flips': (w) => (w.memory.bytes[mapping(w).copybuf + 599] ^= 1),
  }),
  ...harmsTo('skb-users', WAITING, { 'an skb in a receive queue has another user': (w) => w.skbs[0].users++ }),
  ...harmsTo('', WAITING, { 'a mapping without pages': () => undefined }),
];
