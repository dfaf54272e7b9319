// Callers of the core. Expectations come from net/ipv4/ip_output.c, net/ipv4/inet_fragment.c, net/ipv4/tcp_output.c,
// net/core/sock.c, net/core/filter.c, drivers/net/veth.c and kernel/bpf/devmap.c of 6.1.192 and 6.12.117, not from the
// model.

import { searchModel } from '../src/search/search_model';
import type { Scenario } from '../src/generate/scenario';
import { findScenario } from '../src/generate/scenarios/registry';
import {
  DESTRUCTOR_NONE,
  DESTRUCTOR_SOCK_EFREE,
  DESTRUCTOR_SOCK_WFREE,
  type SkBuff,
} from '../src/model/structs/sk_buff';
import type { Sock } from '../src/model/structs/sock';
import { PROFILES } from '../src/rules/profiles';
import { sessionOf } from './support/model';
import { WalkThrough } from './support/walk_through';
import type { XdpBuff } from '../src/model/structs/xdp_buff';

const SEARCHED = 20_000;

/** A datagram of a charged head and two members; they are charged to one socket. */
const DATAGRAM = `skb1 = alloc_skb(size: 100)
skb_put(skb: skb1, len: 64)
skb2 = alloc_skb(size: 100)
skb_put(skb: skb2, len: 40)
skb3 = alloc_skb(size: 100)
skb_put(skb: skb3, len: 30)
skb_append_frag_list(skb: skb1, member: skb2)
skb_append_frag_list(skb: skb1, member: skb3)
sock1 = sk_alloc()
skb_set_owner_w(skb: skb1, sock: sock1)
`;

describe.each(['linux-6.1', 'linux-6.12'])('%s', (profile) => {
  test('ip_do_fragment: each member is a packet of the socket, with an unchanged charge', () => {
    const before = new WalkThrough(profile, DATAGRAM);
    const charged = before.object<Sock>('sock1').wmemAlloc;
    const run = new WalkThrough(profile, `${DATAGRAM}ip_do_fragment(skb: skb1)\n`);
    const skb = run.object<SkBuff>('skb1');
    const sock = run.object<Sock>('sock1');
    const frags = [skb, skb.next as SkBuff, (skb.next as SkBuff).next as SkBuff];
    expect([run.broken, sock.wmemAlloc, skb.data.fragList]).toEqual([null, charged, null]);
    expect(frags.map(({ len, dataLen, sk, destructor }) => [len, dataLen, sk === sock, destructor])).toEqual([
      [64, 0, true, DESTRUCTOR_SOCK_WFREE],
      [40, 0, true, DESTRUCTOR_SOCK_WFREE],
      [30, 0, true, DESTRUCTOR_SOCK_WFREE],
    ]);
    expect(frags.reduce((sum, { truesize }) => sum + truesize, 1)).toBe(charged);
  });

  test('ip_defrag: the datagram keeps the socket of its last fragment, which is charged for all of it', () => {
    const run = new WalkThrough(
      profile,
      `sock1 = sk_alloc()
sock2 = sk_alloc()
skb1 = alloc_skb(size: 100)
skb_put(skb: skb1, len: 64)
skb_set_owner_w(skb: skb1, sock: sock1)
skb2 = alloc_skb(size: 100)
skb_put(skb: skb2, len: 40)
skb_set_owner_w(skb: skb2, sock: sock2)
ip_defrag(skb: skb1, fragment: skb2)
`,
    );
    const skb = run.object<SkBuff>('skb1');
    expect([run.broken, skb.len, skb.sk]).toEqual([null, 104, run.object<Sock>('sock1')]);
    expect(run.object<Sock>('sock1').wmemAlloc).toBe(1 + skb.truesize);
    expect([run.object<Sock>('sock2').wmemAlloc, (skb.data.fragList as SkBuff).destructor]).toEqual([
      1,
      DESTRUCTOR_NONE,
    ]);
  });

  test('a closed socket is freed with the last skb that it is charged for', () => {
    const sent = 'sock1 = sk_alloc()\nskb1 = alloc_skb(size: 0)\nskb_set_owner_w(skb: skb1, sock: sock1)\n';
    const run = new WalkThrough(profile, `${sent}sk_common_release(sock: sock1)\n`);
    const sock = run.object<SkBuff>('skb1').sk as Sock;
    expect([run.broken, sock.freed, sock.wmemAlloc, run.world.socks.length]).toEqual([
      ...[null, false, run.object<SkBuff>('skb1').truesize],
      1,
    ]);
    const gone = new WalkThrough(profile, `${sent}sk_common_release(sock: sock1)\nkfree_skb(skb: skb1)\n`);
    expect([gone.broken, gone.world.socks]).toEqual([null, []]);
  });

  test('skb_orphan_partial: uncharged, with a reference to the socket, or without if the user has closed it', () => {
    const sent = 'sock1 = sk_alloc()\nskb1 = alloc_skb(size: 0)\nskb_set_owner_w(skb: skb1, sock: sock1)\n';
    const open = new WalkThrough(profile, `${sent}skb_orphan_partial(skb: skb1)\n`);
    expect([open.object<SkBuff>('skb1').destructor, open.object<Sock>('sock1').wmemAlloc]).toEqual([
      DESTRUCTOR_SOCK_EFREE,
      1,
    ]);
    const closed = new WalkThrough(profile, `${sent}sk_common_release(sock: sock1)\nskb_orphan_partial(skb: skb1)\n`);
    expect([closed.broken, closed.object<SkBuff>('skb1').sk, closed.world.socks]).toEqual([null, null, []]);
  });

  test('tcp_trim_head: truesize loses the paged bytes, and a page is put when all its bytes are acknowledged', () => {
    const run = new WalkThrough(
      profile,
      `page1 = alloc_pages()
device_write(page: page1, len: 100)
page2 = alloc_pages()
device_write(page: page2, len: 100)
skb1 = alloc_skb(size: 0)
skb_fill_page_desc(skb: skb1, page: page1, size: 100, truesize: 4096)
skb_fill_page_desc(skb: skb1, page: page2, size: 100, truesize: 4096)
tcp_trim_head(skb: skb1, len: 130)
`,
    );
    const skb = run.object<SkBuff>('skb1');
    const [frag] = skb.data.frags;
    expect([run.broken, skb.len, skb.data.nrFrags, frag.offset, frag.size]).toEqual([null, 70, 1, 30, 70]);
    expect(skb.truesize).toBe(256 + 320 + skb.data.end + 2 * 4096 - 130);
  });

  test('an skb for another CPU waits until that CPU frees it, and no socket is charged for it', () => {
    const eaten = `sock1 = sk_alloc()
skb1 = alloc_skb(size: 0)
skb_set_owner_r(skb: skb1, sock: sock1)
tcp_eat_recv_skb(skb: skb1)
`;
    const run = new WalkThrough(profile, eaten);
    expect([run.broken, run.world.skbs.length, run.object<Sock>('sock1').rmemAlloc]).toEqual([null, 1, 0]);
    const flushed = new WalkThrough(profile, `${eaten}skb_defer_free_flush(context: softirq)\n`);
    expect([flushed.broken, flushed.world.skbs]).toEqual([null, []]);
  });

  test('a generic broadcast: the program of a device writes to bytes of its own', () => {
    const run = new WalkThrough(
      profile,
      'skb1 = alloc_skb(size: 64)\nskb_put(skb: skb1, len: 60)\nskb2 = dev_map_redirect_clone(skb: skb1, len: 14)\n',
    );
    expect([run.broken, run.object<SkBuff>('skb2').data === run.object<SkBuff>('skb1').data]).toEqual([null, false]);
  });
});

test('veth: too little headroom, a kmalloc head or a frag_list is copied into pages with 256 bytes of headroom', () => {
  const arrives = (lines: string): XdpBuff =>
    new WalkThrough(
      'linux-6.1',
      `rxq1 = xdp_rxq_info_reg()\n${lines}xdp1 = veth_xdp_rcv_skb(rxq: rxq1, skb: skb1)\n`,
    ).object('xdp1');
  const low = arrives('skb1 = napi_alloc_skb(len: 0)\nskb_put(skb: skb1, len: 60)\n');
  expect([low.data - low.dataHardStart, low.dataEnd - low.data, low.frameSz, low.page.refcount]).toEqual([
    256, 60, 4096, 1,
  ]);
  const whole = arrives(
    'skb1 = napi_alloc_skb(len: 0)\nskb_reserve(skb: skb1, len: 192)\nskb_put(skb: skb1, len: 60)\n',
  );
  expect([whole.data - whole.dataHardStart, whole.frameSz]).toEqual([256, 1024]);
  const kmalloc = arrives(
    'skb1 = alloc_skb(size: 512)\nskb_reserve(skb: skb1, len: 256)\nskb_put(skb: skb1, len: 60)\n',
  );
  expect(kmalloc.frameSz).toBe(4096);
});

test.each(['stack', 'veth'])(`%s finds nothing on any profile within ${SEARCHED} commands`, (name) => {
  for (const profile of PROFILES) {
    const limits = { commands: SEARCHED, findings: 1, stop: () => false };
    const { findings } = searchModel(findScenario(name) as Scenario, profile, sessionOf(profile), 184467, limits);
    expect(findings.map(({ signature }) => signature)).toEqual([]);
  }
});
