// AF_XDP generic transmit. Numbers are computed by hand from net/xdp/xsk.c, net/core/sock.c and net/core/skbuff.c of
// 6.1.192 and 6.12.117.

import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { searchModel } from '../src/search/search_model';
import type { Scenario } from '../src/generate/scenario';
import { findScenario } from '../src/generate/scenarios/registry';
import type { SkBuff } from '../src/model/structs/sk_buff';
import type { World } from '../src/model/world/world';
import { PROFILES, type Profile } from '../src/rules/profiles';
import type { Rules } from '../src/rules/rules';
import { Session } from '../src/session/session';
import { runOnModel } from '../src/session/run_model';
import { TargetJudge } from '../src/lockstep/target_judge';
import { ROOT } from './support/cli';
import { linuxTargets, openLinux } from './support/linux';
import { profileOf, programOf, sessionOf, verdictOf } from './support/model';
import { Stepper } from './support/stepper';

const SK_BUFF = 256;
const SHARED_INFO = 320;
const PAGE = 4096;
const xsk = findScenario('xsk') as Scenario;

/** Runs all lines on a profile; returns the world after them. */
function after(profile: string, text: string): World {
  const found = profileOf(profile);
  const stepper = new Stepper(found, (checker, world) => checker.afterCommand(world));
  stepper.begin();
  for (const call of programOf(found, text).calls) {
    expect([call.command.name, stepper.step(call)]).toEqual([call.command.name, true]);
    expect([call.command.name, stepper.checker.afterCommand(stepper.world), stepper.world.violations]).toEqual([
      call.command.name,
      true,
      [],
    ]);
  }
  return stepper.world;
}

const skbNamed = (world: World): SkBuff => world.namesOf('skb')[0].object as SkBuff;
const published = (world: World): number[] => {
  const { cq } = world.systems.umems[0];
  return Array.from({ length: cq.producer }, (_, i) => cq.slot(i));
};

/** A device, a umem of 16 chunks that the user wrote, a socket. */
function setting(device: string, umem: string, bind = 'entries: 64'): string {
  return `netdev1 = netdev_add(${device})
umem1 = xdp_umem_reg(chunks: 16, ${umem})
${[0, 1, 2, 3].map((i) => `umem_write(umem: umem1, addr: ${i * 2048}, len: 2048)`).join('\n')}
xsk1 = xsk_bind(umem: umem1, netdev: netdev1, ${bind})
`;
}

const COPY = setting('needed_headroom: 100, needed_tailroom: 50', 'chunk_size: 2048, entries: 32');
const ZEROCOPY = setting('no_linear: 1', 'chunk_size: 2048, entries: 32');
const UNALIGNED = setting('no_linear: 1', 'chunk_size: 4096, unaligned: 1, entries: 32');
const SEND = 'xsk_sendto(xsk: xsk1)\n';
const NEXT = 'skb1 = netdev_tx_next(netdev: netdev1)\n';
const desc = (addr: number, len: number, options = 0, count = 1): string =>
  `xsk_tx_desc(xsk: xsk1, addr: ${addr}, len: ${len}, options: ${options}, count: ${count})\n`;

describe.each(PROFILES)('$name: the parts of a packet', ({ name }) => {
  test('by copy: headroom and tailroom of the device, the bytes in the head', () => {
    const world = after(name, COPY + desc(2048, 1000) + SEND + NEXT);
    const skb = skbNamed(world);
    // max(64, align(100)) + 1000 + 50 = 1178, aligned 1216, and the shared_info: 1536, in a bucket of 2048.
    expect([skb.dataOffset, skb.len, skb.dataLen, skb.data.end]).toEqual([128, 1000, 0, 2048 - SHARED_INFO]);
    expect(skb.truesize).toBe(2048 + SK_BUFF);
    expect(world.socks[0].wmemAlloc).toBe(1 + 2048 + SK_BUFF);
    expect(published(world)).toEqual([]);
  });

  test('zerocopy: the chunk is charged, and the frag holds its page', () => {
    const world = after(name, ZEROCOPY + desc(2048 + 128, 60) + SEND + NEXT);
    const skb = skbNamed(world);
    const head = name === 'linux-6.1' ? 512 : 704;
    expect([skb.dataOffset, skb.len, skb.dataLen, skb.data.nrFrags]).toEqual([64, 60, 60, 1]);
    expect([skb.data.frags[0].offset, skb.data.frags[0].page.refcount]).toEqual([2176, 2]);
    expect(skb.truesize).toBe(head + SK_BUFF + 2048);
    expect(world.socks[0].wmemAlloc).toBe(1 + head + SK_BUFF + 2048);
  });

  test('zerocopy of unaligned chunks: the bytes are charged, and may lie in two pages', () => {
    const world = after(name, UNALIGNED + desc(3008, 2000) + SEND + NEXT);
    const skb = skbNamed(world);
    expect(skb.data.frags.slice(0, skb.data.nrFrags).map(({ offset, size }) => [offset, size])).toEqual([
      [3008, 1088],
      [0, 912],
    ]);
    expect(skb.truesize).toBe((name === 'linux-6.1' ? 512 : 704) + SK_BUFF + 2000);
  });

  test('a descriptor returns with its own address, and so does its charge, when the driver frees the packet', () => {
    const world = after(name, `${COPY + desc(2176, 60) + desc(128, 60) + SEND + NEXT}consume_skb(skb: skb1)\n`);
    expect(published(world)).toEqual([2176]);
    expect(world.systems.umems[0].cq.cachedProd).toBe(2);
    expect(world.socks[0].wmemAlloc).toBe(1 + world.systems.netdevs[0].held[0].truesize);
  });

  test('NETDEV_TX_BUSY: the descriptor stays, its slot and its charge are returned', () => {
    const world = after(name, `${COPY}netdev_set_mode(netdev: netdev1, mode: busy)\n${desc(0, 60)}${SEND}`);
    const { cq } = world.systems.umems[0];
    expect([world.ret, cq.cachedProd, cq.producer, world.socks[0].wmemAlloc]).toEqual([-11, 0, 0, 1]);
    expect([world.systems.xdpSocks[0].tx.cachedCons, world.skbs.length]).toEqual([0, 0]);
  });

  test('a dropped packet is completed', () => {
    const world = after(name, `${COPY}netdev_set_mode(netdev: netdev1, mode: drop)\n${desc(64, 60)}${SEND}`);
    expect([world.ret, published(world), world.socks[0].wmemAlloc]).toEqual([-16, [64], 1]);
  });

  test('a full completion ring: nothing more is sent, and only 7.3 reports it (5d0b204654de)', () => {
    const text = setting('', 'chunk_size: 2048, entries: 2') + desc(0, 60, 0, 3) + SEND;
    const world = after(name, text);
    expect(world.ret).toBe(name === 'linux-7.3' ? -11 : 0);
    expect([world.systems.xdpSocks[0].tx.cachedCons, world.systems.netdevs[0].held.length]).toEqual([2, 2]);
  });

  test('32 in one call', () => {
    const world = after(name, COPY + desc(0, 60, 0, 33) + SEND);
    expect([world.ret, world.systems.netdevs[0].held.length]).toEqual([-11, 32]);
  });

  test('the send buffer: the charge so far decides, not the requested size', () => {
    // SOCK_MIN_SNDBUF 4608: two packets of 2304 reach it.
    const text = setting('', 'chunk_size: 2048, entries: 8', 'entries: 8, sndbuf: 1') + desc(0, 1400, 0, 3) + SEND;
    const world = after(name, text);
    expect([world.ret, world.socks[0].wmemAlloc, world.systems.netdevs[0].held.length]).toEqual([-11, 1 + 4608, 2]);
  });

  test('close in the middle: the socket stays for its packet, which completes into the ring', () => {
    const world = after(name, `${ZEROCOPY + desc(0, 60) + SEND + NEXT}xsk_close(xsk: xsk1)\numem_free(umem: umem1)\n`);
    const [umem] = world.systems.umems;
    expect([world.socks.length, umem.cq.producer, umem.pages[0].refcount]).toEqual([1, 0, 1]);
    const gone = after(name, `${ZEROCOPY + desc(0, 60) + SEND + NEXT}xsk_close(xsk: xsk1)\nkfree_skb(skb: skb1)\n`);
    expect([gone.socks.length, gone.systems.xdpSocks.length]).toEqual([0, 0]);
  });
});

test('6.1: the order of completion is free', () => {
  const world = after(
    'linux-6.1',
    `${COPY + desc(0, 60) + desc(2048, 60) + SEND}skb1 = netdev_tx_next(netdev: netdev1, newest: 1)
kfree_skb(skb: skb1)\n`,
  );
  expect(published(world)).toEqual([2048]);
});

test('6.1 skips invalid descriptors; 6.12 returns them, and sends the rest in the next call', () => {
  const text = COPY + desc(2047, 2, 0) + desc(0, 60) + SEND;
  const skips = after('linux-6.1', text);
  expect([published(skips), skips.systems.netdevs[0].held.length]).toEqual([[], 1]);
  const returns = after('linux-6.12', text);
  expect([published(returns), returns.systems.netdevs[0].held.length]).toEqual([[2047], 0]);
});

describe('6.12: packets of several descriptors', () => {
  test('by copy each after the first is a page of its own', () => {
    const world = after('linux-6.12', COPY + desc(0, 60, 1) + desc(2048, 100, 1) + desc(4096, 200) + SEND + NEXT);
    const skb = skbNamed(world);
    expect([skb.len, skb.dataLen, skb.data.nrFrags]).toEqual([360, 300, 2]);
    // 128 + 60 + 50 = 238, aligned 256, and the shared_info: 576, a small head of 704.
    expect(skb.truesize).toBe(704 + SK_BUFF + 2 * PAGE);
    expect(world.socks[0].wmemAlloc).toBe(1 + 704 + SK_BUFF + 2 * PAGE);
  });

  test('without its end it waits in the socket, and is freed with it', () => {
    const text = COPY + desc(0, 60, 1) + SEND;
    const world = after('linux-6.12', text);
    expect([world.systems.xdpSocks[0].skb?.len, world.systems.umems[0].cq.cachedProd]).toEqual([60, 1]);
    const closed = after('linux-6.12', `${text}xsk_close(xsk: xsk1)\n`);
    expect([closed.skbs.length, closed.socks.length]).toEqual([0, 0]);
  });

  test('17 frags and more to come: dropped, the rest returns unsent', () => {
    const world = after('linux-6.12', COPY + desc(0, 60, 1, 20) + SEND);
    const xs = world.systems.xdpSocks[0];
    // The first 18 are the packet: head, 16 frags, and the one that was too many. The last two are drained.
    expect([world.skbs.length, xs.discarded, xs.completed, xs.tx.invalidDescs, xs.drainCont]).toEqual([
      0,
      18,
      2,
      20,
      true,
    ]);
    expect(world.socks[0].wmemAlloc).toBe(1);
  });
});

/** The first finding of the scenario on a profile with one broken rule. */
function found(profile: Profile, changes: Partial<Rules>): string | undefined {
  const broken: Profile = { ...profile, rules: { ...profile.rules, ...changes } };
  const limits = { commands: 100_000, findings: 1, stop: () => false };
  const { findings } = searchModel(xsk, broken, sessionOf(broken), 184467, limits);
  const verdict = findings[0]?.verdict;
  return verdict?.kind === 'violation' ? verdict.invariant : verdict?.kind;
}

const BROKEN: readonly [id: string, profile: string, changes: Partial<Rules>, invariants: readonly string[]][] = [
  ['X2', 'linux-6.1', { xskBusyCancelsReservation: false }, ['xsk-completion']],
  ['X2', 'linux-6.12', { xskBusyCancelsReservation: false }, ['xsk-completion']],
  ['X3', 'linux-6.1', { xskReservesBeforeBuild: false }, ['xsk-completion']],
  ['X6', 'linux-6.12', { xskBadMetadataFreesSkb: false }, ['skb-users']],
  ['X12 by length', 'linux-6.1', { xskZerocopyTruesize: 'len' }, ['truesize-exact']],
  ['X12 skb only', 'linux-6.12', { xskZerocopyCharges: 'skb' }, ['socket-charge']],
  ['X12 socket only', 'linux-6.12', { xskZerocopyCharges: 'socket' }, ['socket-charge', 'truesize-exact']],
  ['X12 by copy', 'linux-6.12', { xskCopyChargesSocket: false }, ['socket-charge']],
  ['busy completes', 'linux-6.1', { xskBusyFreesQuietly: false }, ['xsk-completion']],
  ['failed build keeps its slot', 'linux-6.1', { xskFailedBuildCancels: false }, ['xsk-completion']],
  ['no page reference', 'linux-6.1', { xskZerocopyTakesReference: false }, ['page-refcount']],
  ['close forgets a packet', 'linux-6.12', { xskReleaseDropsPartial: false }, ['no-leak', 'skb-users']],
];

describe('a broken rule is found', () => {
  test.each(BROKEN)('%s on %s', (_id, profile, changes, invariants) => {
    expect(invariants).toContain(found(profileOf(profile), changes));
  });
});

const FOLDER = path.join(ROOT, 'regressions', 'kernel-findings', 'xsk');
const weaknesses = readdirSync(FOLDER).map((file): [string, string] => [
  file,
  readFileSync(path.join(FOLDER, file), 'utf8'),
]);
const KERNEL = 'linux-6.12';
const onKernel = linuxTargets([KERNEL]).length > 0 ? test : test.skip;

/** docs/reference/kernel_findings.md: 6.12.117 completes descriptors under the address of another packet. */
describe('a device that completes out of order', () => {
  const program = (text: string) => programOf(profileOf(KERNEL), text.replace(/^profile .*$/m, ''));

  test.each(weaknesses)('%s: is no finding, and breaks xsk-completion when nothing is forgiven', (_file, text) => {
    const { rules, abi } = profileOf(KERNEL);
    expect(verdictOf(sessionOf(profileOf(KERNEL)), program(text)).kind).toBe('clean');
    const strict = new Session({ profile: KERNEL, rules, abi, provoke: true });
    expect(runOnModel(strict, program(text)).verdict).toMatchObject({ invariant: 'xsk-completion' });
  });

  onKernel.each(weaknesses)('%s: the kernel does what the model says', async (_file, text) => {
    const link = await openLinux(KERNEL);
    const session = new Session({ profile: KERNEL, rules: profileOf(KERNEL).rules, abi: link.abi });
    const judge = new TargetJudge(() => openLinux(KERNEL), session, link);
    expect(await judge.judge(program(text))).toMatchObject({ kind: 'clean' });
    await judge.close();
  });
});

/** Wrong models of AF_XDP, which the kernel must contradict. */
const WRONG: readonly [field: string, changes: Partial<Rules>, text: string][] = [
  ['truesize', { xskZerocopyTruesize: 'len' }, ZEROCOPY + desc(0, 60) + SEND],
  ['refcount', { xskZerocopyTakesReference: false }, ZEROCOPY + desc(0, 60) + SEND],
  [
    'producer',
    { xskBusyFreesQuietly: false },
    `${COPY}netdev_set_mode(netdev: netdev1, mode: busy)\n${desc(0, 60)}${SEND}`,
  ],
  ['sk_wmem_alloc', { xskCopyChargesSocket: false }, COPY + desc(0, 60, 1) + desc(0, 60, 1) + SEND],
  [
    'completion',
    { xskPublishesByPosition: false },
    `${ZEROCOPY + desc(0, 60) + desc(2048, 60) + SEND}skb1 = netdev_tx_next(netdev: netdev1, newest: 1)
kfree_skb(skb: skb1)\n`,
  ],
];

onKernel.each(WRONG)('the kernel contradicts a model that is wrong about %s', async (field, changes, text) => {
  const link = await openLinux(KERNEL);
  const profile = profileOf(KERNEL);
  const session = new Session({
    profile: KERNEL,
    rules: { ...profile.rules, ...changes },
    abi: link.abi,
    checks: false,
  });
  const judge = new TargetJudge(() => openLinux(KERNEL), session, link);
  expect(await judge.judge(programOf(profile, text))).toMatchObject({
    kind: 'divergence',
    field: expect.stringContaining(field),
  });
  await judge.close();
});
