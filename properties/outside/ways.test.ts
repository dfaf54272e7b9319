// Ways of packets through links: tunnels, MACsec, ESP, fragments. What goes in comes out, on a kernel.
import { CRYPTO_WORDS, ESP_MODE_WORDS, VERSION_WORDS } from '../../src/commands/outside/link/esp';
import { FRAGMENT_FLAW_WORDS, ORDER_WORDS, planFragments } from '../../src/commands/outside/link/fragment_plan';
import { carriedBy, TUNNEL_WORDS } from '../../src/commands/outside/link/tunnel_words';
import { ethernet, ip, udp } from '../../src/commands/outside/abi/packet/defaults';
import { parsePacket } from '../../src/commands/outside/abi/packet/parse';
import { frameOf } from '../../src/outside/judge/links/read_frame';
import { BURST_EDITS } from '../../src/commands/outside/nic/frames';
import { XDP_MODE_WORDS } from '../../src/commands/outside/link/xdp';
import { XDP_MODES } from '../../src/commands/outside/nic/xdp';
import { OutsideJudge } from '../../src/outside/outside_judge';
import { OutsideTarget } from '../../src/outside/outside_target';
import { parseProgram } from '../../src/program/parse';
import { profileNamed } from '../../src/session/named';
import { Session } from '../../src/session/session';
import { sessionOptions } from '../../src/session/session_options';
import { sentenceOf } from '../../src/session/verdict';
import { outsideTarget } from '../../src/targets/outside_target';
import fc from 'fast-check';
import { linuxTargets } from '../support/linux';

const TARGET = 'linux-7.3';
const FRAME_OUTS = 3;

/** The bytes of a datagram that fragments cover, each with the value that came last; a hole is missing. */
function covered(fragments: readonly Buffer[]): Map<number, number> {
  const bytes = new Map<number, number>();
  for (const fragment of fragments) {
    const { layers, payload } = parsePacket(fragment, 'ethernet');
    const last = layers.at(-1);
    const offset = last !== undefined && 'offset' in last ? last.offset : 0;
    payload.forEach((byte, at) => bytes.set(offset + at, byte));
  }
  return bytes;
}

test('the fragments of a datagram have its bytes, in any order, but where one is missing or differs', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('10.0.0.1', 'fd00::1'),
      fc.integer({ min: 600, max: 5000 }),
      fc.integer({ min: 8, max: 500 }),
      fc.nat(ORDER_WORDS.length - 1),
      fc.nat(FRAGMENT_FLAW_WORDS.length - 1),
      (address, size, piece, order, flaw) => {
        const layers = [
          ethernet({ from: '02:00:00:00:00:01', to: '02:00:00:00:00:02' }),
          ip(address, address),
          udp({ sport: 1, dport: 2 }),
        ];
        const data = Buffer.from(Array.from({ length: size }, (_, at) => at % 251));
        const { fragments, isWhole } = planFragments(layers, data, { size, piece, order, flaw }, 7);
        const bytes = covered(fragments);
        const whole = Array.from({ length: size }, (_, at) => bytes.get(8 + at));
        const isRight = whole.every((byte, at) => byte === data[at]);
        const ends = fragments.filter((one) => {
          const last = parsePacket(one, 'ethernet').layers.at(-1);
          return last !== undefined && 'mf' in last && !last.mf;
        });
        expect([isWhole === 'yes' && !isRight, isRight && isWhole === 'no' && ends.length === 1]).toEqual([
          false,
          false,
        ]);
        if (FRAGMENT_FLAW_WORDS[flaw] === 'hole') expect(whole.includes(undefined)).toBe(true);
        if (FRAGMENT_FLAW_WORDS[flaw] === 'overlap') expect(isWhole).toBe('perhaps');
      },
    ),
  );
});

(linuxTargets([TARGET]).length > 0 ? describe : describe.skip)(`ways on ${TARGET}`, () => {
  const profile = profileNamed(TARGET);
  const session = new Session({ ...sessionOptions(profile, undefined, profile.abi, false), checks: false });
  let judge: OutsideJudge;

  beforeAll(() => {
    const open = outsideTarget(TARGET, () => undefined);
    judge = new OutsideJudge(new OutsideTarget(TARGET, open), session);
  });
  afterAll(() => judge.close());

  /**
   * The lengths that sockets received, sorted, the frames that packet sockets received, and the promises that were asked
   * for. A datagram may come after recv, which does not wait: then settle drains it.
   */
  async function seen(program: string, as: 'user' | 'root' = 'user') {
    const {
      verdict,
      returns = [],
      results = [],
      history,
    } = await judge.look(parseProgram(`profile ${TARGET}\nas: ${as}\n${program}\n`, 'ways'));
    expect(`${sentenceOf(verdict)}\n${program}`).toBe(`clean\n${program}`);
    const calls = returns.map(({ compiled: { call } }) => call);
    const captures = calls.filter(({ command }) => command.name === 'capture').map(({ result }) => result);
    const received = returns
      .filter(({ compiled: { call } }) => ['recv', 'drain'].includes(call.command.name))
      .filter(({ compiled: { call } }) => !captures.includes(call.args[0]))
      .flatMap(({ ret, others }) => [...new Set([ret, ...others])])
      .filter((length) => length > 0)
      .sort((a, b) => a - b);
    const frames = results.filter(({ out, ret }) => out.length === FRAME_OUTS && ret > 0);
    return { received, frames: frames.map(({ out, ret }) => frameOf(out, ret)), asked: history?.asked };
  }

  test.each(TUNNEL_WORDS)('packets of a burst come out of a tunnel of %s, and datagrams of sockets', async (kind) => {
    for (const version of carriedBy(kind))
      for (const flags of ['', ', flags: fragments|csum|key|seq']) {
        const tunnel = `link1 = plain_veth()\nlink2 = tunnel(link: link1, kind: ${kind}${flags})\nfd3 = capture(link: link2)`;
        const burst = `burst(link: link2, flow: udp${version}, size: 300, count: 3)`;
        const { frames, asked } = await seen(`${tunnel}\n${burst}`);
        expect([kind, frames.filter(({ length }) => length > 300 && length < 400).length]).toEqual([kind, 3]);
        expect(asked?.get('packet-arrives')).toBeGreaterThan(0);
        const path = `self_path(link: link2)\nfd4 = path_udp(kind: udp${version === 4 ? '' : '6'}_path)`;
        const { received } = await seen(`${tunnel}\n${path}\nsend(fd: fd4, len: 1000)\nfd5 = pair_end(fd: fd4)
send(fd: fd4, len: 5000)\nrecv(fd: fd5, len: 9000)\nrecv(fd: fd5, len: 9000)`);
        expect([kind, version, flags, received]).toEqual([kind, version, flags, [1000, 5000]]);
      }
  });

  test('frames come out of MACsec for root, and none for a user, who has no keys', async () => {
    for (const protect of ['encrypt', 'sign']) {
      const program = `link1 = plain_veth()\nlink2 = macsec(link: link1, protect: ${protect})\nfd3 = capture(link: link2)
fd4 = capture(link: link1)\nburst(link: link2, flow: tcp4, size: 700, count: 3)`;
      const lengths = ({ frames }: { frames: Buffer[] }) => frames.map(({ length }) => length).filter((n) => n >= 700);
      const plain = 14 + 20 + 20 + 700;
      expect(lengths(await seen(program, 'root')).sort()).toEqual([
        ...Array(3).fill(plain),
        ...Array(3).fill(plain + 32),
      ]);
      expect(lengths(await seen(program, 'user'))).toEqual([]);
    }
  });

  test.each(VERSION_WORDS.flatMap((version) => ESP_MODE_WORDS.map((mode) => [version, mode] as const)))(
    'datagrams of %s go through ESP in the mode %s, and nobody reads them on the way',
    async (version, mode) => {
      const ways = CRYPTO_WORDS.flatMap((crypto) =>
        ['', ', flags: udp', ', flags: esn'].map((flags) => [crypto, flags]),
      );
      for (const [crypto, flags] of ways) {
        const kind = version === 'v4' ? 'udp_path' : 'udp6_path';
        const { received, frames } = await seen(`link1 = plain_veth()\nself_path(link: link1)
esp(version: ${version}, mode: ${mode}, crypto: ${crypto}${flags})\nfd2 = path_udp(kind: ${kind})\nfd3 = pair_end(fd: fd2)
fd4 = capture(link: link1)\nsend(fd: fd2, len: 1000)\nsend(fd: fd3, len: 3000)\nrecv(fd: fd3, len: 9000)\nrecv(fd: fd2, len: 9000)`);
        expect([crypto, flags, received]).toEqual([crypto, flags, [1000, 3000]]);
        const plain = frames.filter((one) => parsePacket(one, 'ethernet').payload.length === 1000);
        const isTunnel = mode !== 'transport';
        // Behind a tunnel the packet comes out of the link once more, without its outer header.
        expect([crypto, plain.length]).toEqual([crypto, isTunnel ? 1 : 0]);
      }
    },
  );

  test.each(ORDER_WORDS)(
    'a socket gets the whole datagram, or nothing, of fragments in the order %s',
    async (order) => {
      for (const version of ['', '6'])
        for (const flaw of FRAGMENT_FLAW_WORDS) {
          const { received, asked } = await seen(`link1 = plain_veth()\nself_path(link: link1)
fd2 = path_udp(kind: udp${version}_path)\nfragments(link: link1, to: fd2, size: 3000, piece: 400, order: ${order}, flaw: ${flaw})
recv(fd: fd2, len: 9000)`);
          const isWhole = ['none', 'tiny', 'duplicate'].includes(flaw);
          if (flaw !== 'overlap') expect([version, flaw, received]).toEqual([version, flaw, isWhole ? [3000] : []]);
          if (isWhole) expect(asked?.get('datagram-arrives')).toBeGreaterThan(0);
        }
    },
  );

  test.each(XDP_MODES)('frames meet XDP on a pair of devices in the mode %s, and its verdicts hold', async (mode) => {
    for (const frags of [0, 1])
      for (const edit of BURST_EDITS) {
        const program = ['link1 = nic_veth(end: a)', 'link2 = nic_veth(end: b)']
          .concat([1, 2].map((nic) => `nic_xdp(nic: link${nic}, mode: ${mode}, frags: ${frags})`))
          .concat(
            `nic_ready()`,
            `nic_burst(nic: link1, count: 14, len: 100, step: 90, verdict: mixed, mix: 5, edit: ${edit})`,
          )
          .concat('nic_recv(nic: link2)', 'nic_recv(nic: link1)', 'nic_ready()');
        const { asked } = await seen(program.join('\n'), 'root');
        for (const promise of ['xdp-verdict-holds', 'frame-whole', 'frame-arrives'] as const)
          expect([edit, promise, (asked?.get(promise) ?? 0) > 0]).toEqual([edit, promise, true]);
      }
  });

  test('a program of XDP on a link sees each frame before others do, and its changes and verdict hold', async () => {
    const plain = 14 + 20 + 8 + 200;
    for (const link of ['plain_veth()', 'tun(sort: tap)', 'tun(sort: tap, mode: napi)'])
      for (const mode of XDP_MODE_WORDS)
        for (const [what, length] of [
          ['edit: none', plain],
          ['edit: swap', plain],
          ['edit: store, bytes: 9, value: 7', plain],
          ['edit: shorter_tail, bytes: 30', plain - 30],
          ['edit: shorter_head, bytes: 14', plain - 14],
          ['verdict: drop', 0],
        ] as const) {
          const { frames, asked } = await seen(
            `link1 = ${link}\nxdp(link: link1, mode: ${mode}, ${what})\nfd2 = capture(link: link1)
burst(link: link1, flow: udp4, size: 200, count: 2)`,
            'root',
          );
          const own = frames.filter((one) => [plain, length].includes(one.length)).map((one) => one.length);
          expect([link, mode, what, own]).toEqual([link, mode, what, length === 0 ? [] : [length, length]]);
          if (link === 'plain_veth()' && length > 0) expect(asked?.get('xdp-verdict-holds')).toBeGreaterThan(0);
        }
  });

  test('tracking of connections puts fragments together, and forwarding cuts them again', async () => {
    const offsets = async (tracking: string): Promise<number[]> => {
      const { frames } =
        await seen(`${tracking}link1 = plain_veth()\nlink2 = plain_veth()\nforward(from: link1, to: link2)
fd3 = capture(link: link2)\nfragments(link: link1, version: v4, size: 3000, piece: 400, order: backward)`);
      const ipv4 = frames.flatMap((one) => parsePacket(one, 'ethernet').layers.filter(({ layer }) => layer === 'ipv4'));
      return ipv4.map((layer) => ('offset' in layer ? layer.offset : -1));
    };
    const forward = [0, 1, 2, 3, 4, 5, 6, 7].map((piece) => 400 * piece);
    expect([await offsets(''), await offsets('conntrack()\n')]).toEqual([[...forward].reverse(), forward]);
  });
});
