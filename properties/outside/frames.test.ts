// The way of frames through links: what filters do with bytes, and which frames come out where, on a kernel.
import fc from 'fast-check';
import { packetBytes } from '../../src/commands/outside/abi/packet/build';
import { parsePacket, wrongLayers } from '../../src/commands/outside/abi/packet/parse';
import { ethernet, ipv4, ipv6, tcp, udp } from '../../src/commands/outside/abi/packet/defaults';
import { JudgedFlow } from '../../src/outside/judge/flows';
import { tagged, tagOf, untagged, type Frame } from '../../src/outside/judge/links/frame';
import { changed } from '../../src/outside/judge/links/rule';
import { OutsideJudge } from '../../src/outside/outside_judge';
import { OutsideTarget } from '../../src/outside/outside_target';
import { parseProgram } from '../../src/program/parse';
import { profileNamed } from '../../src/session/named';
import { Session } from '../../src/session/session';
import { sessionOptions } from '../../src/session/session_options';
import { sentenceOf } from '../../src/session/verdict';
import { outsideTarget } from '../../src/targets/outside_target';
import { linuxTargets } from '../support/linux';

const TARGET = 'linux-7.3';
const MACS = { from: '02:00:00:00:00:01', to: '02:00:00:00:00:02' };

const frameOf = (bytes: Buffer): Frame => ({
  ...{ bytes, flow: new JudgedFlow({ link: { id: 1, kind: 'veth' }, word: 'tcp4', number: 0 }) },
  ...{ isDue: true, isKnown: true, isOdd: false, isRepeated: false, passed: new Set(), room_bytes: 0 },
});

/** A packet whose bytes behind the headers are others than those that its checksums cover. */
const spoilt = fc
  .record({
    isTcp: fc.boolean(),
    isIpv4: fc.boolean(),
    data: fc.uint8Array({ minLength: 1, maxLength: 40 }),
    by: fc.integer({ min: 1, max: 255 }),
  })
  .map(({ isTcp, isIpv4, data, by }) => {
    const ip = isIpv4 ? ipv4({ from: '10.0.0.1', to: '10.0.0.2' }) : ipv6({ from: 'fd00::1', to: 'fd00::2' });
    const transport = isTcp ? tcp({ sport: 1, dport: 2 }) : udp({ sport: 1, dport: 2 });
    const bytes = packetBytes([ethernet(MACS), ip, transport], Buffer.from(data));
    bytes[bytes.length - 1] ^= by;
    return bytes;
  });

test('csum makes each checksum right, and changes no other byte', () => {
  fc.assert(
    fc.property(spoilt, (bytes) => {
      expect(wrongLayers(parsePacket(bytes, 'ethernet', {}))).not.toEqual([]);
      const after = changed(frameOf(bytes), { deed: 'csum' })?.bytes ?? Buffer.alloc(0);
      expect(wrongLayers(parsePacket(after, 'ethernet', {}))).toEqual([]);
      const differ = [...after].filter((byte, at) => byte !== bytes[at]);
      expect([after.length, differ.length <= 2]).toEqual([bytes.length, true]);
    }),
  );
});

test('a frame loses its tags in the other order than it got them', () => {
  const id = fc.integer({ min: 1, max: 4094 });
  fc.assert(
    fc.property(spoilt, id, id, (bytes, first, second) => {
      const twice = tagged(tagged(frameOf(bytes), first), second);
      expect([tagOf(twice), tagOf(untagged(twice))]).toEqual([second, first]);
      expect(untagged(untagged(twice)).bytes).toEqual(bytes);
    }),
  );
});

const PAIRS = 'link1 = plain_veth()\nlink2 = plain_veth()\n';
const SOCKETS = 'fd3 = capture(link: link1)\nfd4 = capture(link: link2)\n';
const TWO = 'burst(link: link1, flow: tcp4, size: 100, count: 2)\n';
/** Bytes of Ethernet, IPv4, TCP and the data. */
const TCP = 14 + 20 + 20 + 100;
const UDP6 = 14 + 40 + 8 + 50;

/** Programs, and the lengths of the frames that come out of two links. A tag is not counted: it comes beside them. */
const WAYS: readonly [name: string, program: string, first: readonly number[], second: readonly number[]][] = [
  [
    'a filter that drops lets others pass',
    `${PAIRS}filter(link: link1, at: in, match: tcp4, action: drop)\n${SOCKETS}${TWO}burst(link: link1, flow: udp6, size: 50)\n`,
    [UDP6],
    [],
  ],
  [
    'the first filter decides, and after `continue` the next one',
    `${PAIRS}filter(link: link1, at: in, action: set, offset: 60, value: 7, then: continue)
filter(link: link1, at: in, match: u32_tcp4, action: redirect, to: link2)\n${SOCKETS}${TWO}`,
    [],
    [TCP, TCP],
  ],
  [
    'a mirror copies what comes out, into another link and out of it',
    `${PAIRS}filter(link: link1, at: out, action: mirror, to: link2, then: continue)
filter(link: link1, at: out, action: mirror_out, to: link2)\n${SOCKETS}${TWO}`,
    [TCP, TCP],
    [TCP, TCP, TCP, TCP],
  ],
  [
    'a queue sends each packet twice',
    `${PAIRS}queue(link: link1, kind: netem_twice)\n${SOCKETS}${TWO}`,
    [TCP, TCP, TCP, TCP],
    [],
  ],
  [
    'a VLAN takes what has its tag: of its own, and of a filter',
    `link1 = plain_veth()\nlink2 = vlan(link: link1, number: 3, tag: software)
filter(link: link1, at: in, match: tcp4, action: push, value: 3)\n${SOCKETS}${TWO}burst(link: link2, flow: udp6, size: 50)\n`,
    [UDP6, TCP, TCP],
    [UDP6, TCP, TCP],
  ],
  [
    'a bridge sends to each port what is for nobody, and to itself what is for the port',
    `link1 = plain_veth()\nlink5 = bridge(hooks: on)\nlink2 = plain_veth()\nlink6 = plain_veth()
bridge_port(bridge: link5, link: link1, side: far)\nbridge_port(bridge: link5, link: link2, side: near)
bridge_port(bridge: link5, link: link6, side: near)\nfd3 = capture(link: link5)\nfd4 = capture(link: link6)
${TWO}burst(link: link1, flow: udp6, size: 50, to: nobody)\n`,
    [TCP, TCP],
    [UDP6],
  ],
  [
    'a bridge that was down sends again when a port sets it up',
    `link1 = bridge()\nlink_state(link: link1, to: down)\nlink2 = plain_veth()\nlink3 = plain_veth()
bridge_port(bridge: link1, link: link2, side: near)\nbridge_port(bridge: link1, link: link3, side: near)
queue(link: link2, kind: fq)\nfd3 = capture(link: link2)\nfd4 = capture(link: link3)\n${TWO}`,
    [TCP, TCP],
    [TCP, TCP],
  ],
  [
    'netfilter sends on, drops and copies',
    `${PAIRS}nft_rule(link: link1, at: in, match: udp, action: fwd, to: link2)
nft_rule(link: link1, at: out, match: tcp, action: dup, to: link2)
nft_rule(link: link2, at: in, match: tcp, action: drop)
${SOCKETS}${TWO}burst(link: link1, flow: udp6, size: 50)\n`,
    [TCP, TCP],
    [UDP6],
  ],
];

/** Programs of BPF, which root alone may load. */
const BPF: typeof WAYS = [
  ['tail', 'edit: tail, bytes: 30', 74 + 30],
  ['head', 'edit: head, bytes: 14', TCP + 14],
  ['room behind the header of IP', 'edit: grow_net, bytes: 20', TCP + 20],
  ['less room behind the header of Ethernet', 'edit: shrink_mac, bytes: 4', TCP - 4],
].map(([name, edit, bytes]) => [
  `a program of BPF changes the ${name}, and sends on`,
  `${PAIRS}bpf_filter(link: link1, at: in, ${edit}, end: redirect, to: link2)\n${SOCKETS}${TWO}`,
  [],
  [Number(bytes), Number(bytes)],
]);

const XDP_PAIRS = `${PAIRS}link7 = plain_veth()\nxdp(link: link2, mode: native)\nxdp(link: link7, mode: native)\n`;
/** Maps of XDP, each in both modes. */
const MAPS: typeof WAYS = (['native', 'generic'] as const).flatMap((mode): (typeof WAYS)[number][] => [
  [
    `a ${mode} program sends to a device by a map, whose member makes the frame shorter`,
    `${XDP_PAIRS}xdp_redirect(link: link1, mode: ${mode}, member: pass, edit: shorter_tail, editor: member, bytes: 9, to: link2)
${SOCKETS}${TWO}`,
    [],
    [TCP - 9, TCP - 9],
  ],
  [
    `a ${mode} program sends to all devices of a map but the one that the frame came by`,
    `${XDP_PAIRS}xdp_redirect(link: link1, mode: ${mode}, map: devmap_hash, flags: broadcast|itself, to: link2, too: link7)
fd3 = capture(link: link7)\nfd4 = capture(link: link2)\n${TWO}`,
    [TCP, TCP],
    [TCP, TCP],
  ],
  [
    `a ${mode} program hands frames to a thread, whose program sends them on`,
    `${XDP_PAIRS}xdp_redirect(link: link1, mode: ${mode}, map: cpumap, member: redirect, to: link2)
${SOCKETS}${TWO}`,
    [],
    [TCP, TCP],
  ],
]);
const NATIVE_ONLY: typeof WAYS = [
  [
    'a native program sends nothing to a device whose peer has no program, and a generic one does',
    `${PAIRS}link7 = plain_veth()\nxdp_redirect(link: link1, mode: native, to: link2)\n${SOCKETS}${TWO}
xdp_redirect(link: link1, mode: generic, to: link2)\nburst(link: link1, flow: udp6, size: 50)\n`,
    [],
    [UDP6],
  ],
];

(linuxTargets([TARGET]).length > 0 ? describe : describe.skip)(`frames on ${TARGET}`, () => {
  const profile = profileNamed(TARGET);
  const session = new Session({ ...sessionOptions(profile, undefined, profile.abi, false), checks: false });
  let judge: OutsideJudge;

  beforeAll(() => {
    const open = outsideTarget(TARGET, () => undefined);
    judge = new OutsideJudge(new OutsideTarget(TARGET, open), session);
  });
  afterAll(() => judge.close());

  /** The lengths of the frames that each packet socket received when the program had settled. */
  async function received(program: string, as: 'user' | 'root'): Promise<readonly number[][]> {
    const {
      verdict,
      returns = [],
      results = [],
    } = await judge.look(parseProgram(`profile ${TARGET}\nas: ${as}\n${program}`, 'frames'));
    expect(sentenceOf(verdict)).toBe('clean');
    const drains = returns.filter(({ compiled: { call } }) => call.command.name === 'drain');
    const byFd = new Map(
      drains.map(({ compiled: { call, firstStep, steps } }) => {
        const own = results.filter(({ step }) => step >= firstStep && step < firstStep + steps.length + 2);
        return [call.args[0], own.filter(({ out, ret }) => out.length === 3 && ret > 0).map(({ ret }) => ret)] as const;
      }),
    );
    return [...byFd].sort(([one], [other]) => one - other).map(([, lengths]) => lengths);
  }

  test.each([
    ...WAYS.map((way) => ['user', ...way] as const),
    ...[...BPF, ...MAPS, ...NATIVE_ONLY].map((way) => ['root', ...way] as const),
  ])('as %s: %s', async (as, _name, program, first, second) => {
    // The machine itself sends frames of IPv6 now and then.
    const isOfProgram = (bytes: number): boolean => [...first, ...second, TCP, UDP6].includes(bytes);
    const [one, other] = (await received(program, as)).map((lengths) => lengths.filter(isOfProgram));
    expect([one.sort(), other.sort()]).toEqual([[...first].sort(), [...second].sort()]);
  });
});
