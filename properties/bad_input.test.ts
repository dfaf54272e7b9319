// Bad input, word by word: the kernel's answer, on the model and on kernels. No answer loses an object.

import { PROFILES } from '../src/rules/profiles';
import { runOnModel } from '../src/session/run_model';
import { outcomeText, Session } from '../src/session/session';
import { TargetJudge } from '../src/lockstep/target_judge';
import { linuxTargets, openLinux } from './support/linux';
import { profileOf, programOf, sessionOf } from './support/model';

const TARGETS = PROFILES.map(({ name }) => name);
const ready = linuxTargets(TARGETS);

/**
 * A case, the calls before, the calls of `asked`, and the outcomes of the latter in order: of 6.1, and of 6.12 where
 * that differs.
 */
type Row = readonly [what: string, given: string, asked: string, ...ends: (readonly string[])[]];

const QUEUE = 'rxq1 = xdp_rxq_info_reg()\npage1 = alloc_pages()\ndevice_write(page: page1, len: 4096)\n';
const packet = (len: number, headroom = 256, meta = 1): string =>
  `${QUEUE}xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, headroom: ${headroom}, len: ${len}, meta_valid: ${meta})\n`;
const PACKET = packet(1000);
const POOL = 'pool1 = page_pool_create()\n';
const NETDEV = 'netdev1 = netdev_add(needed_headroom: 0, needed_tailroom: 0, no_linear: 0)\n';
const BOUND = `${NETDEV}umem1 = xdp_umem_reg(chunks: 4, chunk_size: 2048, entries: 8)
umem_write(umem: umem1, len: 8192)\nxsk1 = xsk_bind(umem: umem1, netdev: netdev1, entries: 8)\n`;
const head = (offset: number): string => `bpf_xdp_adjust_head(xdp: xdp1, offset: ${offset})\n`;
const tail = (offset: number): string => `bpf_xdp_adjust_tail(xdp: xdp1, offset: ${offset})\n`;
const meta = (offset: number): string => `bpf_xdp_adjust_meta(xdp: xdp1, offset: ${offset})\n`;
const reg = (type: string): string => `xdp_rxq_info_reg_mem_model(rxq: rxq1, type: ${type})\n`;
const umem = (chunks: number, chunkSize: number, more = '', entries = 8): string =>
  `umem2 = xdp_umem_reg(chunks: ${chunks}, chunk_size: ${chunkSize}${more}, entries: ${entries})\n`;
const desc = (addr: number, len: number, more = ''): string =>
  `xsk_tx_desc(xsk: xsk1, addr: ${addr}, len: ${len}${more})\nxsk_sendto(xsk: xsk1)\n`;
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

const ROWS: readonly Row[] = [
  ['an end beyond the buffer', PACKET, tail(32768) + tail(2521) + tail(2520), ['einval', 'einval', 'ok']],
  ['an end before the Ethernet header', PACKET, tail(-32768) + tail(-987) + tail(-986), ['einval', 'einval', 'ok']],
  ['a start before the buffer', PACKET, head(-32768) + head(-217) + head(-216), ['einval', 'einval', 'ok']],
  ['a start behind the end', PACKET, head(32768) + head(987) + head(986), ['einval', 'einval', 'ok']],
  ['metadata of odd length', PACKET, meta(-3) + meta(-1) + meta(-4), ['eacces', 'eacces', 'ok']],
  ['too much metadata', PACKET, meta(-256) + meta(-36), ['einval', 'eacces'], ['einval', 'ok']],
  ['metadata behind the data', PACKET, meta(4) + meta(32768), ['einval', 'einval']],
  ['metadata where the driver has none', packet(1000, 256, 0), meta(-4), ['enotsupp']],
  [
    'no headroom for a frame',
    packet(1000, 0),
    `frame1 = xdp_convert_buff_to_frame(xdp: xdp1)\n${head(-1)}`,
    ['no_headroom', 'einval'],
  ],
  ['a memory model that is none', QUEUE, reg('unknown') + reg('page_order0'), ['eopnotsupp', 'ok']],
  ['MEM_TYPE_PAGE_POOL without a pool', QUEUE, reg('page_pool') + reg('page_shared'), ['einval', 'ok']],
  [
    'a frame of a queue that is not registered any more',
    `${POOL}rxq1 = xdp_rxq_info_reg()\nxdp_rxq_info_reg_mem_model(rxq: rxq1, type: page_pool, pool: pool1)
page1 = page_pool_alloc_pages(pool: pool1)\ndevice_write(page: page1, len: 1400)
xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, len: 1000)\n`,
    'frame1 = xdp_convert_buff_to_frame(xdp: xdp1)\nxdp_rxq_info_unreg(rxq: rxq1)\nxdp_return_frame(frame: frame1)\n',
    times(3, 'ok'),
  ],
  ['a umem of no chunks', '', umem(0, 2048), ['einval']],
  [
    'a umem with chunks too small, too large, of no power of two',
    '',
    umem(4, 0) + umem(4, 1024).replace('umem2', 'umem3') + umem(4, 3000).replace('umem2', 'umem4'),
    times(3, 'einval'),
  ],
  [
    'chunks larger than a page',
    '',
    umem(4, 8192) + umem(4, 8192, ', unaligned: 1').replace('umem2', 'umem3'),
    times(2, 'einval'),
  ],
  ['a umem that is all headroom', '', umem(4, 2048, ', headroom: 2048'), ['einval']],
  [
    'rings of no power of two',
    '',
    umem(4, 2048, '', 3) + umem(4, 2048, '', 0).replace('umem2', 'umem3'),
    times(2, 'einval'),
  ],
  [
    'a TX ring of no power of two',
    `${NETDEV}umem1 = xdp_umem_reg(chunks: 4, chunk_size: 2048, entries: 8)\n`,
    'xsk1 = xsk_bind(umem: umem1, netdev: netdev1, entries: 12)\n',
    ['einval'],
  ],
  ['a descriptor outside the umem', BOUND, desc(8192, 60) + desc(2147483647, 60), ['ok', 'invalid', 'ok', 'invalid']],
  ['a descriptor with an offset', BOUND, desc(0, 60, ', offset: 31'), ['ok', 'invalid']],
  [
    'a descriptor that crosses its chunk',
    BOUND,
    desc(2000, 100) + desc(6200, 2147483647),
    ['ok', 'invalid', 'ok', 'invalid'],
  ],
  ['a descriptor of length 0', BOUND, desc(0, 0), ['ok', 'ok'], ['ok', 'invalid']],
  ['unknown options', BOUND, desc(0, 60, ', options: 8'), ['ok', 'invalid']],
  [
    'frames longer than the port takes',
    'device1 = device_add()\nport1 = mvneta_probe(device: device1)\npool1 = mvneta_open(port: port1)\n',
    'mvneta_receive(port: port1, len: 9800)\nmvneta_receive(port: port1, len: 1519)\nmvneta_poll(port: port1)\n',
    ['too_long', 'too_long', 'idle'],
  ],
];

describe.each(TARGETS)('%s', (target) => {
  const profile = profileOf(target);
  let judge: TargetJudge | null = null;
  beforeAll(async () => {
    if (!ready.includes(target)) return;
    const link = await openLinux(target);
    const session = new Session({ profile: target, rules: profile.rules, abi: link.abi });
    judge = new TargetJudge(() => openLinux(target), session, link);
  });
  afterAll(() => judge?.close());

  test.each(ROWS.map((row) => [row[0], row] as const))('%s', async (_what, [, given, asked, first, other]) => {
    const program = programOf(profile, given + asked);
    const session = sessionOf(profile);
    const { verdict, steps } = runOnModel(session, program);
    const calls = steps.filter(({ settling }) => !settling).map(({ call, outcome }) => outcomeText(call, outcome));
    const before = given.split('\n').length - 1;
    expect(calls.slice(0, before).filter((outcome) => outcome.startsWith('skipped'))).toEqual([]);
    expect(calls.slice(before)).toEqual(target === 'linux-6.1' ? first : (other ?? first));
    expect({ verdict, names: session.world.names.length }).toEqual({ verdict: { kind: 'clean' }, names: 0 });
    if (judge !== null) expect(await judge.judge(program)).toEqual({ kind: 'clean' });
  });
});
