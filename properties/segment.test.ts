// Segmentation: the parts of segments, their charges and their holders. Numbers come from net/core/skbuff.c,
// net/ipv4/tcp_offload.c and net/ipv4/udp_offload.c of 6.1.192 and 6.12.117, not from the model. With sizeof(sk_buff) =
// 256 and sizeof(skb_shared_info) = 320, SKB_TRUESIZE(x) = x + 576. A head of up to 192 bytes has 192 usable in 6.1
// (kmalloc-512), and one of up to 384 has 384 in 6.12 (the small head cache, 704).

import { searchModel } from '../src/search/search_model';
import { SEGMENTS_MAX } from '../src/commands/segment/segment_plan';
import type { Scenario } from '../src/generate/scenario';
import { findScenario } from '../src/generate/scenarios/registry';
import type { SkBuff } from '../src/model/structs/sk_buff';
import type { Sock } from '../src/model/structs/sock';
import type { PageRef } from '../src/model/structs/page';
import { tcpHeaderLength } from '../src/model/net/ipv4/tcp_gso_segment';
import { PROFILES, type Profile } from '../src/rules/profiles';
import type { Rules } from '../src/rules/rules';
import { executeCall } from '../src/program/execute';
import type { Session } from '../src/session/session';
import { effort } from './support/effort';
import { missedOutcomes, whenAllAreMet } from './support/missed_outcomes';
import { programOf, profileOf, sessionOf, verdictOf } from './support/model';

const OVERHEAD = 576;
const SMALL_END: Record<string, number> = { 'linux-6.1': 192, 'linux-6.12': 384, 'linux-7.3': 384 };
const segment = findScenario('segment') as Scenario;

/**
 * The session after a program without settle, every call checked; fails where a call was skipped or an invariant
 * broken.
 */
function after(profile: Profile, text: string): { session: Session; named: (name: string) => unknown; last: string } {
  const session = sessionOf(profile);
  const program = programOf(profile, text);
  let last = '';
  session.begin();
  for (const call of program.calls) {
    const outcome = session.execute(call);
    expect(outcome).toBeGreaterThanOrEqual(0);
    last = call.command.outcomes[outcome];
  }
  expect(session.verdict).toEqual({ kind: 'clean' });
  const named = (name: string): unknown => session.world.handles[program.names.indexOf(name)]?.object;
  return { session, named, last };
}

function listOf(first: unknown): SkBuff[] {
  const list: SkBuff[] = [];
  for (let skb = first as SkBuff | null; skb !== null; skb = skb.next) list.push(skb);
  return list;
}

/** 54 bytes of headers and 3000 bytes of a page. */
const PAGED = `page1 = alloc_pages()
device_write(page: page1, offset: 0, len: 3000)
page2 = get_page(page: page1)
skb1 = alloc_skb(size: 128)
skb_put(skb: skb1, len: 54)
skb_add_rx_frag(skb: skb1, page: page1, offset: 0, size: 3000, truesize: 4096)
skb_gso_set(skb: skb1, gso_size: 1000, gso_type: tcpv4)
`;

/** 54 bytes of headers, 100 of payload, and a member with 100 bytes without headroom. */
const CHAINED = `skb1 = alloc_skb(size: 160)
skb_put(skb: skb1, len: 154)
skb2 = alloc_skb(size: 128)
skb_put(skb: skb2, len: 100)
skb_append_frag_list(skb: skb1, member: skb2)
skb_gso_set(skb: skb1, gso_size: 100, gso_type: tcpv4)
`;

describe.each(PROFILES)('$name', (profile) => {
  const small = SMALL_END[profile.name];

  test('segments share the frags: a page reference each, a head of their own, and an estimate of the bytes', () => {
    const { named, last } = after(profile, `${PAGED}skb2 = skb_segment(skb: skb1, headers: 54, features: sg|csum)\n`);
    const list = listOf(named('skb2'));
    expect(last).toBe('shared');
    expect(list.map(({ len, truesize }) => [len, truesize])).toEqual(
      [1, 2, 3].map(() => [1054, small + OVERHEAD + 1000]),
    );
    expect(list.map(({ data }) => data.frags[0].offset)).toEqual([0, 1000, 2000]);
    // The name, the skb, and three segments.
    expect((named('page2') as PageRef).page.refcount).toBe(5);
  });

  test('without SG everything is copied, and the page gets no further holder', () => {
    const { named, last } = after(profile, `${PAGED}skb2 = skb_segment(skb: skb1, headers: 54)\n`);
    expect(last).toBe('copied');
    expect(listOf(named('skb2')).map(({ dataLen }) => dataLen)).toEqual([0, 0, 0]);
    expect((named('page2') as PageRef).page.refcount).toBe(2);
  });

  test('a member that is a segment is cloned; the growth of its head is charged twice', () => {
    const { named, last } = after(profile, `${CHAINED}skb3 = skb_segment(skb: skb1, headers: 54, features: sg|csum)\n`);
    expect(last).toBe('cloned');
    const [copied, cloned] = listOf(named('skb3'));
    // 154 bytes fit in a small head.
    expect(copied.truesize).toBe(small + OVERHEAD);
    // skb_cow_head: 54 bytes are missing, aligned to 64; small + 64 + 320 needs kmalloc-1024, of which 704 are usable.
    expect(cloned.data.end).toBe(704);
    expect(cloned.truesize).toBe(small + OVERHEAD + 2 * (704 - small));
  });

  test('a gso_size that is not trusted, and a member on kmalloc memory: SG is not used', () => {
    const dodgy = CHAINED.replace('gso_size: 100, gso_type: tcpv4', 'gso_size: 60, gso_type: tcpv4|dodgy');
    const { last } = after(profile, `${dodgy}skb3 = skb_segment(skb: skb1, headers: 54, features: sg|csum)\n`);
    expect(last).toBe('copied_untrusted');
  });

  test('a device that segments further gets as many gso_sizes as fit, and the rest', () => {
    const text = PAGED.replace('gso_size: 1000', 'gso_size: 700');
    const { named, last } = after(
      profile,
      `${text}skb2 = skb_segment(skb: skb1, headers: 54, features: sg|csum|partial)\n`,
    );
    expect(last).toBe('partial');
    const list = listOf(named('skb2'));
    expect(list.map(({ len, data }) => [len, data.gsoSize])).toEqual([
      [54 + 4 * 700, 700],
      // No more than one gso_size: not a GSO skb.
      [54 + 200, 0],
    ]);
  });

  test('18 pieces do not fit in one segment: EINVAL, and nothing is held', () => {
    let text = 'skb1 = alloc_skb(size: 0)\n';
    for (let i = 2; i <= 19; i++)
      text += `skb${i} = napi_alloc_skb(len: 700)
skb_put(skb: skb${i}, len: 10)
skb_append_frag_list(skb: skb1, member: skb${i})\n`;
    text += 'skb_gso_set(skb: skb1, gso_size: 180, gso_type: tcpv4)\n';
    // One member less in the clone path: the first is longer than an empty segment, so it would be cloned.
    const pull = '__pskb_pull_tail(skb: skb1, delta: 1)\nskb_gso_set(skb: skb1, gso_size: 180, gso_type: tcpv4)\n';
    const run = 'skb20 = skb_segment(skb: skb1, headers: 0, features: sg|csum)\n';
    const { session, last } = after(profile, text + pull + run);
    expect(last).toBe('too_many_frags');
    expect(session.world.ret).toBe(-22);
    expect(session.world.skbs.length).toBe(19);
  });

  test('zerocopy: each segment holds the owner', () => {
    const text = `${PAGED}uarg1 = ubuf_alloc(flags: dont_orphan)\nskb_zcopy_set(skb: skb1, uarg: uarg1)\n`;
    const { named } = after(profile, `${text}skb2 = skb_segment(skb: skb1, headers: 54, features: sg|csum)\n`);
    expect(named('uarg1')).toMatchObject({ refcnt: 5 });
    const orphaned = text.replace('flags: dont_orphan', 'flags: 0');
    const { named: after2 } = after(
      profile,
      `${orphaned}skb2 = skb_segment(skb: skb1, headers: 54, features: sg|csum)\n`,
    );
    // skb_orphan_frags: the pages were copied, and the owner was notified.
    expect(after2('uarg1')).toMatchObject({ refcnt: 1, completions: 1, successes: 0 });
  });

  test('the charge of sock_wfree moves to the last segment, with the truesize that was charged', () => {
    const text = `${PAGED}sock1 = sk_alloc()\nskb_set_owner_w(skb: skb1, sock: sock1)\n`;
    const { named } = after(profile, `${text}skb2 = skb_segment(skb: skb1, headers: 54, features: sg|csum)\n`);
    const head = named('skb1') as SkBuff;
    const list = listOf(named('skb2'));
    expect(head.sk).toBeNull();
    expect(head.truesize).toBe(small + OVERHEAD + 1000);
    expect(list.map(({ sk }) => sk !== null)).toEqual([false, false, true]);
    expect(list[2].truesize).toBe(small + OVERHEAD + 4096);
    expect((named('sock1') as Sock).wmemAlloc).toBe(1 + small + OVERHEAD + 4096);
  });

  test.each([
    ['__udp_gso_segment', 'skb_set_owner_w', 8, () => 8],
    ['tcp_gso_segment', 'tcp_set_owner_w', 20, tcpHeaderLength],
  ] as const)('%s charges the socket for each segment, and no more for the skb', (name, owner, least, length) => {
    const text = `${PAGED}sock1 = sk_alloc()\n${owner}(skb: skb1, sock: sock1)\n`;
    const { session, named } = after(profile, text);
    const skb = named('skb1') as SkBuff;
    // Any pattern bytes are a header: search the first place where they are a valid one.
    let headers = 0;
    while (length(session.world, skb, headers) < least || headers + length(session.world, skb, headers) > 54) headers++;
    const segs = after(profile, `${text}skb2 = ${name}(skb: skb1, headers: ${headers}, features: sg|csum)\n`);
    const list = listOf(segs.named('skb2'));
    const charged = list.reduce((sum, { truesize }) => sum + truesize, 0);
    expect(list.every(({ sk }) => sk === segs.named('sock1'))).toBe(true);
    expect((segs.named('sock1') as Sock).wmemAlloc).toBe(1 + charged);
    expect((segs.named('skb1') as SkBuff).sk).toBeNull();
  });

  test('skb_segment_list: the members follow the skb, which stays charged for them', () => {
    const text = `skb1 = alloc_skb(size: 128)
skb_put(skb: skb1, len: 114)
skb2 = alloc_skb(size: 128)
skb_reserve(skb: skb2, len: 14)
skb_put(skb: skb2, len: 100)
skb_append_frag_list(skb: skb1, member: skb2)
sock1 = sk_alloc()
skb_set_owner_w(skb: skb1, sock: sock1)
skb3 = skb_segment_list(skb: skb1, headers: 14)
`;
    const { named } = after(profile, text);
    const list = listOf(named('skb3'));
    expect(list.map(({ len, truesize }) => [len, truesize])).toEqual([
      [114, 2 * (small + OVERHEAD)],
      [114, small + OVERHEAD],
    ]);
    expect((named('sock1') as Sock).wmemAlloc).toBe(1 + 2 * (small + OVERHEAD));
    expect(named('skb1')).toBeUndefined();
  });

  test('a list is walked from the front, each skb with one holder; settle frees the rest of it', () => {
    const text = `${PAGED}skb2 = skb_segment(skb: skb1, headers: 54, features: sg|csum)
skb3 = skb_mark_not_on_list(skb: skb2)\n`;
    const { named } = after(profile, text);
    expect(listOf(named('skb2'))).toHaveLength(1);
    expect(listOf(named('skb3')).map(({ users }) => users)).toEqual([1, 1]);
    expect(verdictOf(sessionOf(profile), programOf(profile, text))).toEqual({ kind: 'clean' });
  });

  test('an skb that leads a list cannot be freed or cloned: the rest would be lost', () => {
    const text = `${PAGED}skb2 = skb_segment(skb: skb1, headers: 54, features: sg|csum)\n`;
    const { session } = after(profile, text);
    for (const call of ['kfree_skb(skb: skb2)', 'skb3 = skb_get(skb: skb2)', 'skb_orphan(skb: skb2)']) {
      const { calls } = programOf(profile, `${text}${call}\n`);
      expect(executeCall(session.world, calls[calls.length - 1], profile.name, false)).toBeLessThan(0);
    }
  });

  test.each([1, 2, 3, 4, 5, 6])('allocation %i fails: the finished segments are freed', (fail) => {
    const text = `${PAGED}skb2 = skb_segment(skb: skb1, headers: 54, features: sg|csum, fail: ${fail})\n`;
    const { session, last } = after(profile, text);
    expect(last).toBe('enomem');
    expect(session.world.skbs.length).toBe(1);
  });
});

const SEED = 184467;
const SEARCHED = 1_000_000;
const CHECKED = effort(60_000);

describe.each(PROFILES)('the search on $name', (profile) => {
  test(`finds nothing in ${CHECKED} commands`, () => {
    const limits = { commands: CHECKED, findings: 1, stop: () => false };
    expect(searchModel(segment, profile, sessionOf(profile), SEED, limits).findings).toEqual([]);
  });

  test(`meets every outcome of every command of the system in at most ${SEARCHED} commands`, () => {
    const session = sessionOf(profile, { checks: false });
    const stop = whenAllAreMet(session, segment, 'segment', 0);
    searchModel(segment, profile, session, SEED, { commands: SEARCHED, findings: 1, stop });
    expect(missedOutcomes(session, segment, 'segment')).toEqual([]);
  });
});

/** Real bugs of the bug list, as the one rule that each breaks. */
const BROKEN: readonly [id: string, changes: Partial<Rules>, expected: readonly string[]][] = [
  ['D1', { segmentOrphansFrags: false }, ['uarg-refcount']],
  ['D3-first', { segmentChecksMembers: 'first' }, ['returns-to-its-pool', 'geometry']],
  ['D3-none', { segmentChecksMembers: 'none' }, ['returns-to-its-pool', 'geometry']],
  ['E1-segment', { segmentTakesUargReference: false }, ['uarg-refcount', 'no-double-free', 'no-use-after-free']],
  ['F15', { segmentSwapsTruesize: false }, ['socket-charge', 'truesize-exact']],
  ['F5', { gsoCorrectsCharge: 'udp' }, ['socket-charge']],
  ['F5-udp', { gsoCorrectsCharge: 'tcp' }, ['socket-charge']],
  ['C5', { segmentListTakesTruesize: true }, ['socket-charge', 'truesize-exact', 'truesize-covers']],
  ['C7', { segmentListForksShared: false }, ['skb-users', 'geometry', 'bytes', 'no-shared-write', 'no-double-free']],
  ['C8', { segmentListUnclones: false }, ['geometry', 'skb-users', 'bytes', 'no-shared-write', 'no-double-free']],
];

test('J3-segment is found where frags come from files: skb_zerocopy_clone marks a zerocopy owner’s again', () => {
  const profile = profileOf('linux-6.12');
  const broken = { ...profile, rules: { ...profile.rules, segmentKeepsSharedFrag: false } };
  const limits = { commands: 100_000, findings: 1, stop: () => false };
  const [found] = searchModel(findScenario('gateway') as Scenario, broken, sessionOf(broken), SEED, limits).findings;
  expect(found?.verdict).toMatchObject({ kind: 'violation', invariant: 'no-shared-write' });
});

describe.each(BROKEN)('%s', (_id, changes, expected) => {
  test('is found', () => {
    const profile = profileOf('linux-6.12');
    const broken = { ...profile, rules: { ...profile.rules, ...changes } };
    const limits = { commands: 500_000, findings: 1, stop: () => false };
    const [found] = searchModel(segment, broken, sessionOf(broken), SEED, limits).findings;
    expect(found?.verdict).toMatchObject({ kind: 'violation' });
    expect(expected).toContain(found.verdict.kind === 'violation' ? found.verdict.invariant : '');
  });
});

test('segments of a program are few enough to be observed', () => {
  expect(SEGMENTS_MAX).toBeLessThanOrEqual(40);
});
