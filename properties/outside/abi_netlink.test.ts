// Messages of netlink: each is well formed, whatever its fields.

import fc from 'fast-check';
import type { MacText } from '../../src/commands/outside/abi/address';
import {
  attr,
  attr16,
  attr32,
  attrText,
  nest,
  parseAttributes,
} from '../../src/commands/outside/abi/netlink/attribute';
import { setFeatures } from '../../src/commands/outside/abi/netlink/genl/features';
import { getFamily, parseFamilyId } from '../../src/commands/outside/abi/netlink/genl/message';
import { nlmsg, numbered, parseAcks, parseMessages, rawNlmsg } from '../../src/commands/outside/abi/netlink/message';
import { ioam6Encap, ipEncap, mplsEncap } from '../../src/commands/outside/abi/netlink/rtnl/encap';
import { newLink, setLink, setXdp } from '../../src/commands/outside/abi/netlink/rtnl/link';
import { newAddress } from '../../src/commands/outside/abi/netlink/rtnl/link_address';
import { bridge, macsec, veth, vlan } from '../../src/commands/outside/abi/netlink/rtnl/link_kinds';
import { newNeighbour } from '../../src/commands/outside/abi/netlink/rtnl/neighbour';
import { newRoute } from '../../src/commands/outside/abi/netlink/rtnl/route';
import { seg6Encap } from '../../src/commands/outside/abi/netlink/rtnl/seg6';
import { gre, vxlan } from '../../src/commands/outside/abi/netlink/rtnl/tunnel_kinds';
import { newChain, newRule, newTable } from '../../src/commands/outside/abi/nft/chain';
import { queueTo, writePayload } from '../../src/commands/outside/abi/nft/expression';
import { nftBatch } from '../../src/commands/outside/abi/nft/message';
import { gact } from '../../src/commands/outside/abi/tc/actions/control';
import { pedit } from '../../src/commands/outside/abi/tc/actions/edit';
import { newFilter } from '../../src/commands/outside/abi/tc/filter';
import { flower, u32Filter } from '../../src/commands/outside/abi/tc/filters';
import { newQdisc } from '../../src/commands/outside/abi/tc/qdisc';
import { netem, tbf } from '../../src/commands/outside/abi/tc/qdiscs';
import { newPolicy } from '../../src/commands/outside/abi/xfrm/policy';
import { newSa } from '../../src/commands/outside/abi/xfrm/state';
import { effort } from '../support/effort';

const mac: MacText = '02:00:00:00:00:01';
const uint = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 });
const index = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const name = fc.string({ minLength: 1, maxLength: 20 });
const ip = fc.constantFrom('10.0.0.1', 'fd00::1');
const place = { ifindex: 3, parent: 'ingress', priority: 1 } as const;
const selector = { from: 'fd00::', fromPrefix: 64, to: 'fd00:1::', toPrefix: 64 };

/** Length of the fixed header of each message, and the message. */
const MESSAGES: readonly [name: string, fixed: number, message: fc.Arbitrary<Buffer>][] = [
  [
    'veth',
    16,
    fc
      .tuple(index, name, index)
      .map(([at, title, peer]) => newLink({ ifindex: at, name: title }, veth({ ifindex: peer, name: 'p' }))),
  ],
  ['vlan', 16, uint(12).map((id) => newLink({ ifindex: 5, name: 'v', lower: 4, mtu: id }, vlan(id)))],
  ['bridge', 16, fc.boolean().map((stp) => newLink({ ifindex: 5, name: 'b', up: stp }, bridge({ stp })))],
  [
    'macsec',
    16,
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((sci) => newLink({ ifindex: 5, name: 'm' }, macsec({ sci }))),
  ],
  [
    'vxlan',
    16,
    fc.tuple(uint(24), ip).map(([vni, local]) => newLink({ ifindex: 5, name: 'x' }, vxlan({ vni, local }))),
  ],
  ['gre', 16, uint(32).map((key) => newLink({ ifindex: 5, name: 'g' }, gre({ key, csum: true }, 'gretap')))],
  ['set link', 16, fc.tuple(index, uint(32)).map(([at, mtu]) => setLink(at, { mtu, up: true, address: mac }))],
  ['xdp', 16, index.map((fd) => setXdp(3, fd, 'native'))],
  ['address', 8, fc.tuple(index, ip).map(([ifindex, address]) => newAddress({ ifindex, ip: address, prefix: 8 }))],
  [
    'route',
    12,
    fc
      .tuple(ip, uint(20))
      .map(([to, label]) => newRoute({ ip: to, prefix: 8, ifindex: 3, encap: mplsEncap([{ label }]) })),
  ],
  [
    'seg6',
    12,
    fc
      .array(fc.constant('fd00::1'), { minLength: 1, maxLength: 9 })
      .map((hops) => newRoute({ ip: '::', prefix: 0, encap: seg6Encap('inline', hops) })),
  ],
  [
    'ip encap',
    12,
    uint(32).map((id) => newRoute({ ip: '10.0.0.0', prefix: 8, mtu: id, encap: ipEncap({ id, to: '10.0.0.1' }) })),
  ],
  [
    'ioam6',
    12,
    uint(24).map((traceType) =>
      newRoute({ ip: '::', prefix: 0, encap: ioam6Encap({ mode: 'inline', namespace: 1, traceType, bytes: 12 }) }),
    ),
  ],
  ['neighbour', 12, fc.tuple(index, ip).map(([at, address]) => newNeighbour(at, address, mac))],
  ['netem', 20, uint(16).map((delay_us) => newQdisc(3, 'root', 1, netem({ delay_us, loss: 0.5 })))],
  ['tbf', 20, uint(31).map((rate) => newQdisc(3, 'root', 1, tbf(rate, 2000, 3000)))],
  [
    'u32',
    20,
    fc
      .array(uint(32), { maxLength: 9 })
      .map((values) =>
        newFilter(place, u32Filter(values.map((value) => ({ offset: 0, value, mask: -1 }))), [gact('drop')]),
      ),
  ],
  [
    'flower',
    20,
    ip.map((from) => newFilter(place, flower(0x800, { from }), [pedit([{ header: 'tcp', offset: 4, value: 1 }])])),
  ],
  [
    'xfrm state',
    224,
    uint(8).map((window) =>
      newSa({
        from: '10.0.0.1',
        to: '10.0.0.2',
        spi: 999,
        mode: 'tunnel',
        reqid: 1,
        crypto: { kind: 'gcm', secret: 1 },
        replayWindow: window,
        esn: true,
      }),
    ),
  ],
  [
    'xfrm policy',
    168,
    uint(31).map((priority) => newPolicy({ selector, direction: 'out', mode: 'transport', reqid: 1, priority })),
  ],
  ['nft table', 4, name.map((title) => newTable('inet', title))],
  [
    'nft chain',
    4,
    fc
      .integer()
      .map((priority) => newChain({ family: 'ip', table: 't', name: 'c', type: 'filter', hook: 'input', priority })),
  ],
  [
    'nft rule',
    4,
    fc
      .uint8Array({ minLength: 1, maxLength: 16 })
      .map((data) => newRule('ip', 't', 'c', [...writePayload('inner', 0, Buffer.from(data)), ...queueTo(1)])),
  ],
  ['features', 4, index.map((at) => setFeatures(30, at, { 'rx-gro': true, 'rx-gro-list': false }))],
];

/** The attributes fill their bytes: nothing is left, and those that say so hold attributes again. */
function expectAttributes(bytes: Buffer): void {
  const found = parseAttributes(bytes);
  expect(found.reduce((sum, { payload }) => sum + Math.ceil((4 + payload.length) / 4) * 4, 0)).toBe(bytes.length);
  let at = 0;
  for (const { payload } of found) {
    if (bytes.readUInt16LE(at + 2) & 0x8000) expectAttributes(payload);
    at += Math.ceil((4 + payload.length) / 4) * 4;
  }
}

test.each(MESSAGES)('a message of %s is aligned, has its length, and is made of attributes', (_, fixed, messages) => {
  fc.assert(
    fc.property(messages, (message) => {
      expect(message.length % 4).toBe(0);
      expect(message.readUInt32LE(0)).toBe(message.length);
      expectAttributes(message.subarray(16 + fixed));
    }),
    { numRuns: effort(20) },
  );
});

test('attributes that are read are those that were written', () => {
  const payload = fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes));
  const attributes = fc.array(fc.record({ type: uint(14), payload }), { maxLength: 6 });
  fc.assert(
    fc.property(attributes, attributes, (outer, inner) => {
      const members = inner.map(({ type, payload: bytes }) => attr(type, bytes));
      const bytes = Buffer.concat([...outer.map((one) => attr(one.type, one.payload)), nest(7, ...members)]);
      const read = parseAttributes(bytes);
      expect(read.slice(0, -1)).toEqual(outer);
      expect(parseAttributes(read.at(-1)?.payload as Buffer)).toEqual(inner);
    }),
    { numRuns: effort(100) },
  );
});

test('messages of one send are numbered, and cut off ones are left', () => {
  const batch = numbered([nlmsg(16, 0, attr32(1, 2)), nlmsg(17, 0x100)], 8);
  expect(parseMessages(batch).map(({ type, flags, seq }) => [type, flags, seq])).toEqual([
    [16, 5, 8],
    [17, 0x105, 9],
  ]);
  expect(parseMessages(batch.subarray(0, batch.length - 1))).toHaveLength(1);
});

test('an answer tells errno, and the words of the kernel', () => {
  const request = nlmsg(16, 0);
  const words = attrText(1, 'no such thing');
  const capped = rawNlmsg(2, 0x300, Buffer.from([0xed, 0xff, 0xff, 0xff]), request.subarray(0, 16), words);
  const whole = rawNlmsg(2, 0x200, Buffer.from([0xed, 0xff, 0xff, 0xff]), nlmsg(16, 0, attr16(1, 2)), words);
  const good = rawNlmsg(2, 0x100, Buffer.alloc(4), request);
  expect(parseAcks(Buffer.concat([capped, whole, good]))).toEqual([
    { seq: 0, error: -19, text: 'no such thing' },
    { seq: 0, error: -19, text: 'no such thing' },
    { seq: 0, error: 0 },
  ]);
});

test('the id of a family is read from the answer', () => {
  const answer = rawNlmsg(16, 0, Buffer.from([1, 2, 0, 0]), attrText(2, 'ethtool'), attr16(1, 0x1234));
  expect(parseFamilyId(answer)).toBe(0x1234);
  expect(parseFamilyId(getFamily('ethtool'))).toBeUndefined();
});

test('a batch of nf_tables is between its ends, and its messages are numbered from 1', () => {
  const messages = parseMessages(nftBatch([newTable('ip', 'a'), newTable('ip', 'b')]));
  expect(messages.map(({ type, seq }) => [type, seq])).toEqual([
    [0x10, 0],
    [0xa00, 1],
    [0xa00, 2],
    [0x11, 0],
  ]);
  expect(messages[0].body.readUInt16BE(2)).toBe(10);
});
