// Packets of the outside: bytes from fields, and fields from bytes.

import fc from 'fast-check';
import { ipBytes, ipText, macText } from '../../src/commands/outside/abi/address';
import { packetBytes } from '../../src/commands/outside/abi/packet/build';
import { checksumOf, onesSum, pseudoHeader } from '../../src/commands/outside/abi/packet/checksum';
import { ethernet, ip, ipv4, ipv6, tcp, udp } from '../../src/commands/outside/abi/packet/defaults';
import { fragmentsOf } from '../../src/commands/outside/abi/packet/fragment';
import type { Fragment, Ipv4, Layer } from '../../src/commands/outside/abi/packet/layer';
import { parsePacket, wrongLayers } from '../../src/commands/outside/abi/packet/parse';
import { parseVirtio, virtioBytes, virtioFor } from '../../src/commands/outside/abi/packet/virtio';
import { effort } from '../support/effort';

const uint = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 });
const bytes = (max: number) => fc.uint8Array({ maxLength: max }).map((array) => Buffer.from(array));
const units = (unit: number, max: number, extra = 0) =>
  fc
    .nat(max)
    .chain((n) => fc.uint8Array({ minLength: n * unit + extra, maxLength: n * unit + extra }))
    .map(Buffer.from);
const mac = fc.uint8Array({ minLength: 6, maxLength: 6 }).map(macText);
const ip4 = fc.uint8Array({ minLength: 4, maxLength: 4 }).map(ipText);
const ip6 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(ipText);
/** No port of a tunnel. */
const port = uint(16).filter((number) => number !== 4789 && number !== 6081);

const one = (layer: Layer['layer'], fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Layer[]> =>
  fc.record({ layer: fc.constant(layer), ...fields }).map((made) => [made as unknown as Layer]);
const chain = (...parts: readonly fc.Arbitrary<Layer[]>[]): fc.Arbitrary<Layer[]> =>
  fc.tuple(...parts).map((lists) => lists.flat());
const none = fc.constant<Layer[]>([]);

const ports = { sport: port, dport: port };
const tcpLayer = one('tcp', {
  ...{ ...ports, seq: uint(32), ack: uint(32), flags: uint(9), window: uint(16), urgent: uint(16) },
  options: units(4, 10),
});
const transport4 = fc.oneof(tcpLayer, one('udp', ports), one('icmp', { type: uint(8), code: uint(8), rest: uint(32) }));
const transport6 = fc.oneof(
  ...[tcpLayer, one('udp', ports), one('icmpv6', { type: uint(8), code: uint(8), rest: uint(32) })],
);
const header4 = one('ipv4', {
  ...{ from: ip4, to: ip4, ttl: uint(8), tos: uint(8), id: uint(16), df: fc.boolean(), mf: fc.constant(false) },
  ...{ offset: fc.constant(0), options: units(4, 10) },
});
const header6 = one('ipv6', { from: ip6, to: ip6, hopLimit: uint(8), trafficClass: uint(8), flowLabel: uint(20) });
const extensions = fc.oneof(
  none,
  one('hop-by-hop', { options: units(8, 4, 6) }),
  one('destination', { options: units(8, 4, 6) }),
  one('routing', { routingType: uint(8), segmentsLeft: uint(8), data: units(8, 4, 4) }),
  one('fragment', { offset: fc.constant(0), mf: fc.constant(false), id: uint(32) }),
);
const datagram = fc.oneof(chain(header4, transport4), chain(header6, extensions, transport6));
const link = one('ethernet', { to: mac, from: mac });
const tag = (service: boolean) =>
  one('vlan', { id: uint(12), pcp: uint(3), dei: fc.boolean(), service: fc.constant(service) });
const tags = fc.oneof(none, tag(false), chain(tag(true), tag(false)));
const label = one('mpls', { label: uint(20), tc: uint(3), ttl: uint(8) });
const key = fc.option(uint(32), { nil: undefined });
const around = fc.oneof(
  chain(header4, one('gre', { csum: fc.boolean(), key, seq: key })),
  header6,
  chain(
    header4,
    one('udp', { sport: port, dport: fc.constant(4789) }),
    one('vxlan', { flags: uint(8), vni: uint(24) }),
    link,
  ),
  chain(
    header6,
    one('udp', { sport: port, dport: fc.constant(6081) }),
    one('geneve', { vni: uint(24), options: units(4, 20) }),
  ),
  label,
  chain(label, label),
);
const frame = chain(link, tags, fc.oneof(none, around), datagram);

/** Without fields that are undefined. */
const compact = (layers: readonly Layer[]): unknown =>
  layers.map((layer) => Object.fromEntries(Object.entries(layer).filter(([, value]) => value !== undefined)));

describe('checksums', () => {
  test('the example of RFC 1071 sums up', () => expect(onesSum(Buffer.from('0001f203f4f5f6f7', 'hex'))).toBe(0xddf2));

  test('the header in the literature has its checksum', () => {
    const header = Buffer.from('450000730000400040110000c0a80001c0a800c7', 'hex');
    expect(checksumOf(header)).toBe(0xb861);
    const layer = ipv4({ from: '192.168.0.1', to: '192.168.0.199', df: true, totalLength: 115, protocol: 17 });
    expect(packetBytes([layer]).readUInt16BE(10)).toBe(0xb861);
  });

  test('a UDP checksum that comes out as 0 is written as 0xffff', () => {
    const layers = [ipv4({ from: '10.0.0.1', to: '10.0.0.2' }), udp({ sport: 1, dport: 2 })];
    const sum = checksumOf(pseudoHeader('10.0.0.1', '10.0.0.2', 17, 10), Buffer.from([0, 1, 0, 2, 0, 10]));
    const packet = packetBytes(layers, Buffer.from([sum >> 8, sum & 255]));
    expect(packet.readUInt16BE(26)).toBe(0xffff);
    expect(wrongLayers(parsePacket(packet, 'ip'))).toEqual([]);
  });

  test.each(['10.0.0.1', 'fd00::1'])('a wrong checksum is wrong, a partial one is the pseudo header (%s)', (from) => {
    const layers = (checksum?: 'wrong' | 'partial') => [ip(from, from), tcp({ sport: 1, dport: 2, checksum })];
    const data = Buffer.from('some bytes');
    expect(wrongLayers(parsePacket(packetBytes(layers(), data), 'ip'))).toEqual([]);
    expect(wrongLayers(parsePacket(packetBytes(layers('wrong'), data), 'ip'))).toHaveLength(1);
    const at = packetBytes([ip(from, from)]).length + 16;
    const partial = packetBytes(layers('partial'), data).readUInt16BE(at);
    expect(partial).toBe(onesSum(pseudoHeader(from, from, 6, 20 + data.length)));
  });
});

describe('packets', () => {
  test('reading what was written gives the fields', () => {
    fc.assert(
      fc.property(frame, bytes(40), (layers, payload) => {
        const read = parsePacket(packetBytes(layers, payload), 'ethernet');
        expect(compact(read.layers)).toEqual(compact(layers));
        expect(read.payload.equals(payload)).toBe(true);
        expect(wrongLayers(read)).toEqual([]);
      }),
      { numRuns: effort(300) },
    );
  });

  test('writing what was read gives the bytes, of any bytes behind an IP header', () => {
    const numbers = fc.constantFrom(0, 1, 4, 6, 17, 43, 44, 47, 50, 58, 60, 99);
    fc.assert(
      fc.property(numbers, fc.boolean(), bytes(90), (protocol, isIpv6, data) => {
        const layer = isIpv6
          ? ipv6({ from: 'fd00::1', to: 'fd00::2', nextHeader: protocol })
          : ipv4({ from: '10.0.0.1', to: '10.0.0.2', protocol });
        const packet = packetBytes([layer], data);
        const { layers, payload } = parsePacket(packet, 'ip', {});
        // Reserved bits of inner headers are not fields.
        const isKept = layers.length <= 2 && !layers.some(({ layer: name }) => name === 'fragment');
        if (isKept) expect(packetBytes(layers, payload).toString('hex')).toBe(packet.toString('hex'));
      }),
      { numRuns: effort(300) },
    );
  });

  test('one changed byte of a transport is noticed', () => {
    fc.assert(
      fc.property(datagram, bytes(30), fc.nat(), fc.integer({ min: 1, max: 255 }), (layers, payload, where, change) => {
        const whole = packetBytes(layers, payload);
        const start = whole.length - packetBytes([layers.at(-1) as Layer], payload).length;
        // The checksum of UDP may become 0, which is none.
        const at = start + (where % (whole.length - start));
        const changed = Buffer.from(whole);
        changed[at] ^= change;
        const read = parsePacket(changed, 'ip');
        const isNone = layers.at(-1)?.layer === 'udp' && changed.readUInt16BE(start + 6) === 0;
        const isRead = read.layers.length === layers.length;
        if (isRead && !isNone) expect(wrongLayers(read)).not.toEqual([]);
      }),
      { numRuns: effort(200) },
    );
  });

  test('lengths that lie, and padding, are told', () => {
    const layers = [ethernet({ to: '02:00:00:00:00:01', from: '02:00:00:00:00:02' })];
    const short = [...layers, ipv4({ from: '10.0.0.1', to: '10.0.0.2' }), udp({ sport: 5, dport: 6, length: 9 })];
    expect(wrongLayers(parsePacket(packetBytes(short, Buffer.alloc(4)), 'ethernet'))).toHaveLength(1);
    const long = [...layers, ipv4({ from: '10.0.0.1', to: '10.0.0.2', totalLength: 99 }), udp({ sport: 5, dport: 6 })];
    expect(wrongLayers(parsePacket(packetBytes(long), 'ethernet'))).toHaveLength(1);
    const right = [...layers, ipv4({ from: '10.0.0.1', to: '10.0.0.2' }), udp({ sport: 5, dport: 6 })];
    const padded = parsePacket(Buffer.concat([packetBytes(right), Buffer.alloc(18)]), 'ethernet');
    expect([padded.trailer.length, wrongLayers(padded)]).toEqual([18, []]);
  });
});

describe('addresses', () => {
  test.each([
    ['::', '00'.repeat(16)],
    ['::1', `${'00'.repeat(15)}01`],
    ['2001:db8::1:0:0:1', '20010db8000000000001000000000001'],
    ['fd00:0:1::', 'fd000000000100000000000000000000'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
  ])('%s is written as RFC 5952 says', (text, hex) => {
    expect(ipBytes(text).toString('hex')).toBe(hex);
    expect(ipText(Buffer.from(hex, 'hex'))).toBe(text);
  });

  test('an address that is read again is the same', () => {
    fc.assert(
      fc.property(fc.oneof(ip4, ip6), (text) => {
        expect(ipText(ipBytes(text))).toBe(text);
      }),
    );
  });

  test.each(['10.0.0', '10.0.0.256', 'fd00:::1', '1:2:3:4:5:6:7', 'fd00::12345', '1::2::3'])(
    '%s is refused',
    (text) => {
      expect(() => ipBytes(text)).toThrow(RangeError);
    },
  );
});

/** Puts fragments together: RFC 791 3.2, RFC 8200 4.5. */
function reassemble(fragments: readonly Buffer[]): Buffer | undefined {
  const data = Buffer.alloc(70000);
  let end = Infinity;
  let known = 0;
  for (const fragment of fragments) {
    const { layers } = parsePacket(fragment, 'ip');
    const at = layers.findLastIndex(({ layer }) => layer === 'ipv4' || layer === 'fragment');
    const { offset, mf } = layers[at] as Ipv4 | Fragment;
    const part = fragment.subarray(packetBytes(layers.slice(0, at + 1)).length);
    part.copy(data, offset);
    known += part.length;
    if (!mf) end = offset + part.length;
  }
  return known === end ? data.subarray(0, end) : undefined;
}

describe('fragments', () => {
  test.each<[string, Layer[]]>([
    ['IPv4', [ipv4({ from: '10.0.0.1', to: '10.0.0.2' }), udp({ sport: 7, dport: 8 })]],
    ['IPv6', [ipv6({ from: 'fd00::1', to: 'fd00::2' }), udp({ sport: 7, dport: 8 })]],
  ])('fragments of %s in any order are the datagram', (_, layers) => {
    const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(bytes(200), cuts, fc.infiniteStream(fc.nat()), (payload, sizes, order) => {
        const inner = packetBytes(layers, payload).subarray(packetBytes(layers.slice(0, 1)).length);
        const starts = [0, ...sizes.map((_, at) => 8 * sizes.slice(0, at + 1).reduce((a, b) => a + b))];
        const pieces = starts
          .filter((at) => at < inner.length)
          .map((at, index, list) => ({ at, bytes: (list[index + 1] ?? inner.length) - at }));
        const shuffled = pieces
          .map((piece) => ({ piece, rank: order.next().value as number }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ piece }) => piece);
        const fragments = fragmentsOf(layers, payload, shuffled, 77);
        expect(reassemble(fragments)?.equals(inner)).toBe(true);
        fragments.forEach((fragment) => expect(wrongLayers(parsePacket(fragment, 'ip'))).toEqual([]));
      }),
      { numRuns: effort(100) },
    );
  });
});

describe('virtio headers', () => {
  test('the header names where the checksum starts and where it goes', () => {
    const from = '02:00:00:00:00:01';
    const layers = [ethernet({ to: from, from }), ip('fd00::1', 'fd00::2'), tcp({ sport: 1, dport: 2 })];
    const { header } = virtioFor(layers, 1000);
    expect(header).toMatchObject({ gso: 'tcpv6', csumStart: 54, csumOffset: 16, hdrLen: 74, gsoSize: 1000 });
    expect(parseVirtio(virtioBytes(header, 12))).toEqual({ ...header, ecn: false, dataValid: false });
    expect(virtioBytes(header)).toHaveLength(10);
  });

  test('a partial checksum that is completed is right', () => {
    const data = Buffer.from('data of a segment');
    const { header, layers } = virtioFor([ip('10.0.0.1', '10.0.0.2'), udp({ sport: 1, dport: 2 })], 0);
    const packet = packetBytes(layers, data);
    packet.writeUInt16BE(checksumOf(packet.subarray(header.csumStart)), header.csumStart + header.csumOffset);
    expect(wrongLayers(parsePacket(packet, 'ip'))).toEqual([]);
  });
});
