// GRO: how packets merge, the headers and the charge of the merged packet, and which mistakes of real kernels the
// invariants notice.

import { Ran, text } from './support/gro_bench';
import { PROFILES } from '../src/rules/profiles';
import type { Rules } from '../src/rules/rules';
import { profileOf, programOf, sessionOf, verdictOf } from './support/model';

/*
 * Numbers come from net/core/gro.c, net/ipv4/{af_inet,tcp_offload,udp_offload}.c of 6.1.192, 6.12.117 and 7.3.4.
 * napi_alloc_skb(700) takes 1,088 bytes of a page_frag: truesize 1088 + sizeof(sk_buff) = 1344. napi_get_frags takes a
 * kilobyte of a page (1280); in 7.3 a small head of the cache. alloc_skb(256) is a kmalloc head: kmalloc-1024 in 6.1
 * (truesize 1280), the small head cache from 6.12 on (704 + 256 = 960).
 */

const SK_BUFF = 256;
const FRAG_TRUESIZE = 1344;
const KMALLOC_TRUESIZE: Record<string, number> = { 'linux-6.1': 1280, 'linux-6.12': 960, 'linux-7.3': 960 };
const GET_FRAGS_TRUESIZE: Record<string, number> = { 'linux-6.1': 1280, 'linux-6.12': 1280, 'linux-7.3': 960 };
const SKB_GSO_TCPV4 = 1 << 0;
const SKB_GSO_TCP_FIXEDID = 1 << 3;
const SKB_GSO_UDP_L4 = 1 << 17;
const SKB_GSO_FRAGLIST = 1 << 18;
const packet = (skb: string, how: string, args: string): string =>
  `${skb} = ${how}
   skb_put_packet(skb: ${skb}, ${args})
   napi_gro_receive(napi: napi1, skb: ${skb})`;
const fromFrag = (skb: string, args: string): string => packet(skb, 'napi_alloc_skb(len: 700)', args);
const kmalloc = (skb: string, args: string): string => packet(skb, 'alloc_skb(size: 256)', args);
const frags = (page: string, args: string, size: number): string =>
  `${page} = alloc_pages()
   device_write_packet(page: ${page}, ${args})
   napi_add_rx_frag(napi: napi1, page: ${page}, size: ${size}, truesize: 4096)
   napi_gro_frags(napi: napi1)`;
const TAKE = `
   napi_gro_flush(napi: napi1)
   gro_normal_list(napi: napi1)
   taken = rx_handler_take(napi: napi1)`;

describe.each(PROFILES)('$name', (profile) => {
  const kmallocTruesize = KMALLOC_TRUESIZE[profile.name];
  const getFragsTruesize = GET_FRAGS_TRUESIZE[profile.name];

  test('the head of the second segment becomes a frag: only its sk_buff is freed', () => {
    const ran = new Ran(
      profile,
      `napi1 = netif_napi_add()
       ${fromFrag('skb1', 'len: 100, proto: tcp, flow: 0')}
       ${fromFrag('skb2', 'len: 100, proto: tcp, flow: 0, seq: 100')}`,
    );
    expect(ran.last()).toBe('stole_head');
    const p = ran.held();
    expect(p).toMatchObject({ len: 240, dataLen: 100, truesize: 2 * FRAG_TRUESIZE - SK_BUFF });
    expect(p.data).toMatchObject({ nrFrags: 1, gsoSize: 100 });
    expect(p.data.frags[0].size).toBe(100);
    expect(ran.world.skbs).toEqual([p]);
  });

  test('frags move with their references, and the skb of napi_get_frags is reused, charged for its head alone', () => {
    const ran = new Ran(
      profile,
      `napi1 = netif_napi_add()
       ${frags('page1', 'len: 1000, proto: tcp, flow: 0', 1054)}
       ${frags('page2', 'len: 1000, proto: tcp, flow: 0, seq: 1000', 1054)}`,
    );
    expect(ran.last()).toBe('moved_frags');
    const p = ran.held();
    expect(p).toMatchObject({ len: 2040, dataLen: 2000, truesize: getFragsTruesize + 2 * 4096 });
    expect(p.data.frags.slice(0, 2).map(({ offset, size }) => [offset, size])).toEqual([
      [54, 1000],
      [54, 1000],
    ]);
    expect(p.data.frags.slice(0, 2).map(({ page }) => page.refcount)).toEqual([1, 1]);
    expect(ran.napi().skb).toMatchObject({ len: 0, dataLen: 0, truesize: getFragsTruesize, dataOffset: 64, tail: 64 });
  });

  test('a kmalloc head cannot become a frag: the packet is chained without its headers, which are released', () => {
    const ran = new Ran(
      profile,
      `napi1 = netif_napi_add()
       ${kmalloc('skb1', 'len: 100, proto: tcp, flow: 0')}
       ${kmalloc('skb2', 'len: 100, proto: tcp, flow: 0, seq: 100')}`,
    );
    expect(ran.last()).toBe('chained');
    const p = ran.held();
    expect(p).toMatchObject({ len: 240, dataLen: 100, truesize: 2 * kmallocTruesize });
    expect(p.data.fragList).toMatchObject({ len: 100, dataLen: 0, nohdr: true, truesize: kmallocTruesize });
    expect(p.data.fragList?.data.dataref).toBe(0x10001);
  });

  test('bytes behind a chained packet go to its frags, and both are charged', () => {
    const ran = new Ran(
      profile,
      `napi1 = netif_napi_add()
       ${kmalloc('skb1', 'len: 100, proto: tcp, flow: 0')}
       ${kmalloc('skb2', 'len: 100, proto: tcp, flow: 0, seq: 100')}
       ${fromFrag('skb3', 'len: 100, proto: tcp, flow: 0, seq: 200')}`,
    );
    expect(ran.last()).toBe('stole_head_to_last');
    const p = ran.held();
    const delta = FRAG_TRUESIZE - SK_BUFF;
    expect(p).toMatchObject({ len: 340, dataLen: 200, truesize: 2 * kmallocTruesize + delta });
    expect(p.data.nrFrags).toBe(0);
    expect(p.data.fragList).toMatchObject({ len: 200, dataLen: 100, truesize: kmallocTruesize + delta });
  });

  test('the last segment completes the packet: its headers describe all of it', () => {
    const ran = new Ran(
      profile,
      `napi1 = netif_napi_add()
       ${fromFrag('skb1', 'len: 100, proto: tcp, flow: 0')}
       ${fromFrag('skb2', 'len: 100, proto: tcp, flow: 0, seq: 100')}
       ${fromFrag('skb3', 'len: 40, proto: tcp, flow: 0, seq: 200, flags: psh|ack')}
       gro_normal_list(napi: napi1)
       taken = rx_handler_take(napi: napi1)`,
    );
    const skb = ran.skb('taken');
    expect(skb.len).toBe(20 + 20 + 240);
    expect(skb.data).toMatchObject({ gsoSize: 100, gsoSegs: 3, gsoType: SKB_GSO_TCPV4 | SKB_GSO_TCP_FIXEDID });
    expect(ran.read16(skb, 2)).toBe(280);
    expect(ran.sum(skb, 0, 20)).toBe(0xffff);
    // The sum of the pseudo header: addresses, protocol, length of the segment.
    expect(ran.read16(skb, 20 + 16)).toBe(ran.sum(skb, 12, 20, 6 + 260));
    expect(ran.read16(skb, 20 + 12) & 0xff).toBe(0x18);
  });

  test('a packet that no other packet joined goes up as it came', () => {
    const ran = new Ran(
      profile,
      `napi1 = netif_napi_add()\n${fromFrag('skb1', 'len: 100, proto: tcp, flow: 0')}${TAKE}`,
    );
    expect(ran.skb('taken').data).toMatchObject({ gsoSize: 0, gsoSegs: 0, gsoType: 0 });
    expect(ran.skb('taken')).toMatchObject({ len: 140, truesize: FRAG_TRUESIZE });
  });

  test('datagrams are chained whole, headers pulled, where the device asks for lists', () => {
    const ran = new Ran(
      profile,
      `napi1 = netif_napi_add(features: fraglist)
       ${fromFrag('skb1', 'len: 100, proto: udp, flow: 0')}
       ${fromFrag('skb2', 'len: 100, proto: udp, flow: 0')}${TAKE}`,
    );
    const skb = ran.skb('taken');
    expect(skb).toMatchObject({ len: 20 + 8 + 200, dataLen: 100, truesize: 2 * FRAG_TRUESIZE });
    expect(skb.data).toMatchObject({ nrFrags: 0, gsoSize: 100, gsoType: SKB_GSO_UDP_L4 | SKB_GSO_FRAGLIST });
    expect(skb.data.fragList).toMatchObject({ len: 100, truesize: FRAG_TRUESIZE, nohdr: false });
    expect([ran.read16(skb, 20 + 4), ran.read16(skb, 20 + 6)]).toEqual([208, 0x5bc5]);
  });

  test('without forwarding of UDP a datagram is not held', () => {
    const datagram = fromFrag('skb1', 'len: 100, proto: udp, flow: 0');
    expect(new Ran(profile, `napi1 = netif_napi_add()\n${datagram}`).last()).toBe('normal');
    expect(new Ran(profile, `napi1 = netif_napi_add(features: udp_fwd)\n${datagram}`).last()).toBe('held');
  });

  test('the ninth flow of a bucket pushes out the oldest', () => {
    const flows = Array.from({ length: 9 }, (_, i) => fromFrag(`skb${i + 1}`, `len: 100, proto: tcp, flow: ${i}`));
    const ran = new Ran(profile, `napi1 = netif_napi_add()\n${flows.join('\n')}`);
    expect(ran.last()).toBe('held_oldest_flushed');
    expect(ran.napi().groHash[0].count).toBe(8);
    expect(ran.napi().rxList).toHaveLength(1);
    // Flow 0 came first: its source address.
    expect(ran.read16(ran.napi().rxList[0], 12)).toBe(0x6766);
  });

  test('flush_old spares packets that are held since the last tick', () => {
    const ran = new Ran(
      profile,
      `napi1 = netif_napi_add()
       ${fromFrag('skb1', 'len: 100, proto: tcp, flow: 0')}
       jiffies_pass(napi: napi1)
       ${fromFrag('skb2', 'len: 100, proto: tcp, flow: 3')}
       napi_gro_flush(napi: napi1, flush_old: 1)`,
    );
    expect(ran.last()).toBe('some');
    expect(ran.read16(ran.held(), 12)).not.toBe(0x6766);
  });

  test('gso_size has 16 bits: a packet of 64K and more gets the remainder', () => {
    const ran = new Ran(
      profile,
      `napi1 = netif_napi_add()
       page1 = alloc_pages(order: 3)
       device_write(page: page1, len: 32768)
       skb1 = alloc_skb(size: 64)
       skb_put_packet(skb: skb1, len: 0, proto: tcp, flow: 0)
       skb_add_rx_frag(skb: skb1, page: page1, size: 32768, truesize: 32768)
       page2 = alloc_pages(order: 3)
       device_write(page: page2, len: 32768)
       skb_add_rx_frag(skb: skb1, page: page2, size: 32768, truesize: 32768)
       napi_gro_receive(napi: napi1, skb: skb1)`,
    );
    expect(ran.last()).toBe('held');
    expect(ran.held().len).toBe(40 + 65536);
    expect(ran.held().data.gsoSize).toBe(0);
  });

  test.each([
    ['bad_ip_csum', 'normal'],
    ['ip_options', 'normal'],
    ['more_fragments', 'normal'],
    ['short_doff', 'normal'],
    ['padded', 'normal'],
    ['other_ttl', 'held'],
    ['other_ack', 'held'],
    ['other_window', 'held'],
  ])('a segment with %s is not merged: %s', (odd, outcome) => {
    const ran = new Ran(
      profile,
      `napi1 = netif_napi_add()
       ${fromFrag('skb1', 'len: 100, proto: tcp, flow: 0')}
       ${fromFrag('skb2', `len: 100, proto: tcp, flow: 0, seq: 100, odd: ${odd}`)}`,
    );
    // In 6.12 a wrong IP header shows in skb_gro_receive first where the two packets are of one flow.
    expect([outcome, 'refused_flush']).toContain(ran.last());
    expect(ran.world.skbs.every(({ data }) => data.nrFrags === 0)).toBe(true);
  });

  test('the owner of merged packets is charged for all of them until the last is freed', () => {
    const owned = (skb: string, seq: number): string =>
      `${skb} = napi_alloc_skb(len: 700)
       skb_put_packet(skb: ${skb}, len: 100, proto: tcp, flow: 0, seq: ${seq})
       skb_set_owner_w(skb: ${skb}, sock: sock1)
       napi_gro_receive(napi: napi1, skb: ${skb})`;
    const ran = new Ran(
      profile,
      `napi1 = netif_napi_add()\nsock1 = sk_alloc()\n${owned('skb1', 0)}\n${owned('skb2', 100)}`,
    );
    expect(ran.last()).toBe('stole_head');
    // The socket itself is the 1.
    expect(ran.object('sock1')).toMatchObject({ wmemAlloc: 1 + 2 * FRAG_TRUESIZE - SK_BUFF });
  });
});

const POOL_PACKET = `pool1 = page_pool_create(order: 0, pool_size: 16)
   page1 = page_pool_alloc_pages(pool: pool1)
   skb2 = build_skb(page: page1, frag_size: 4096)
   skb_put_packet(skb: skb2, len: 100, proto: tcp, flow: 0, seq: 100)
   skb_mark_for_recycle(skb: skb2)
   napi_gro_receive(napi: napi1, skb: skb2)`;
const FIRST = `napi1 = netif_napi_add()\n${fromFrag('skb1', 'len: 100, proto: tcp, flow: 0')}`;
const OWNED = (how: (skb: string) => string): string => `napi1 = netif_napi_add()
   sock1 = sk_alloc()
   ${['skb1', 'skb2']
     .map(
       (skb, i) => `${skb} = ${how(skb)}
   skb_put_packet(skb: ${skb}, len: 100, proto: tcp, flow: 0, seq: ${i * 100})
   skb_set_owner_w(skb: ${skb}, sock: sock1)
   napi_gro_receive(napi: napi1, skb: ${skb})`,
     )
     .join('\n')}`;
const TWO_FRAGS = `${frags('page1', 'len: 1000, proto: tcp, flow: 0', 1054)}
   ${frags('page2', 'len: 1000, proto: tcp, flow: 0, seq: 1000', 1054)}`;
const CHAINED = `napi1 = netif_napi_add()
   ${kmalloc('skb1', 'len: 100, proto: tcp, flow: 0')}
   ${kmalloc('skb2', 'len: 100, proto: tcp, flow: 0, seq: 100')}
   ${fromFrag('skb3', 'len: 100, proto: tcp, flow: 0, seq: 200')}`;

/** Mistakes of real kernels, each one rule: their names, the rule, a program, the invariants that may fail. */
const MISTAKES: readonly [string, Partial<Rules>, string, readonly string[]][] = [
  [
    'C1: packets of a pool and others are merged',
    { groRequiresSameRecycle: false },
    `${FIRST}\n${POOL_PACKET}`,
    ['pool-refcount', 'pool-inflight', 'returns-to-its-pool', 'page-refcount'],
  ],
  [
    'C2: frags whose references an uarg manages are moved',
    { groRefusesZcopy: false },
    `${FIRST}
     uarg1 = ubuf_alloc(flags: dont_orphan)
     skb2 = napi_alloc_skb(len: 700)
     skb_zcopy_set(skb: skb2, uarg: uarg1)
     page1 = alloc_pages()
     device_write(page: page1, len: 100)
     skb_fill_page_desc_managed(skb: skb2, page: page1, size: 100, truesize: 4096)
     skb_push_headers(skb: skb2, proto: tcp, flow: 0, seq: 100)
     napi_gro_receive(napi: napi1, skb: skb2)`,
    ['page-refcount', 'no-double-free', 'no-use-after-free'],
  ],
  [
    'C3: a cloned packet is merged',
    { groMayReceiveCloned: 'any' },
    `${FIRST}
     skb2 = napi_alloc_skb(len: 700)
     skb_put_packet(skb: skb2, len: 100, proto: tcp, flow: 0, seq: 100)
     skb3 = skb_clone(skb: skb2)
     napi_gro_receive(napi: napi1, skb: skb2)`,
    ['no-use-after-free', 'no-double-free', 'page-refcount', 'dataref'],
  ],
  [
    'C4: a chained packet keeps its socket',
    { groChainClearsSk: false },
    OWNED(() => 'alloc_skb(size: 256)'),
    ['socket-charge'],
  ],
  [
    'C11: headers that are only in frags are pulled from a list member',
    { groListChecksPull: false },
    `napi1 = netif_napi_add(features: fraglist)\n${TWO_FRAGS}`,
    ['geometry'],
  ],
  [
    'C14: the skb of napi_get_frags stays charged for the frags that it gave away',
    { groResetsTruesize: false },
    `napi1 = netif_napi_add()\n${TWO_FRAGS}`,
    ['truesize-exact'],
  ],
  [
    'C15: a stolen head leaves its owner charged',
    { groStolenHeadOrphans: false },
    OWNED(() => 'napi_alloc_skb(len: 700)'),
    ['socket-charge', 'no-leak'],
  ],
  [
    'C16: packets wait on rx_list when NAPI is deleted',
    { napiDelWithRxList: true },
    `napi1 = netif_napi_add()\n${fromFrag('skb1', 'len: 0, proto: arp, flow: 0')}\nnetif_napi_del(napi: napi1)`,
    ['skb-users', 'no-leak'],
  ],
  [
    'F13: a merge charges the bytes',
    { groTruesizeDelta: 'len' },
    `${FIRST}\n${fromFrag('skb2', 'len: 100, proto: tcp, flow: 0, seq: 100')}`,
    ['truesize-exact'],
  ],
  ['F11: the chained packet that takes frags is not charged', { groChargesLast: false }, CHAINED, ['truesize-exact']],
  [
    'a frag that held headers only is dropped from the array and not put',
    { groPullPutsEmptyFrag: false },
    `napi1 = netif_napi_add()
     page1 = alloc_pages()
     device_write_packet(page: page1, len: 0, proto: tcp, flow: 0)
     napi_add_rx_frag(napi: napi1, page: page1, size: 54, truesize: 4096)
     napi_gro_frags(napi: napi1)`,
    ['page-refcount'],
  ],
];

describe.each(MISTAKES)('%s', (_title, changes, program, expected) => {
  const profile = profileOf('linux-6.12');

  test('makes an invariant fail', () => {
    const broken = { ...profile, rules: { ...profile.rules, ...changes } };
    const verdict = verdictOf(sessionOf(broken), programOf(profile, text(program)));
    expect(verdict.kind).toBe('violation');
    expect(expected).toContain(verdict.kind === 'violation' ? verdict.invariant : '');
  });

  test('is clean without the mistake', () => {
    expect(verdictOf(sessionOf(profile), programOf(profile, text(program)))).toEqual({ kind: 'clean' });
  });
});
