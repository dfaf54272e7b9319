// Structures of the outside: their sizes on x86-64, as the C compiler finds them with the headers of Linux 7.3, and
// reading what was written.

import fc from 'fast-check';
import { classicCount, classicKeepIf } from '../../src/commands/outside/abi/bpf/classic';
import { instructionCount } from '../../src/commands/outside/abi/bpf/instruction';
import { mapCreateAttr, mapElementAttr } from '../../src/commands/outside/abi/bpf/map';
import { progLoadAttr, progTestAttr } from '../../src/commands/outside/abi/bpf/program';
import { msgProgram } from '../../src/commands/outside/abi/bpf/sk_msg';
import { tcProgram } from '../../src/commands/outside/abi/bpf/skb';
import { xdp } from '../../src/commands/outside/abi/bpf/xdp';
import { ifreqFlags, ifreqInt, sockFprog } from '../../src/commands/outside/abi/device';
import { ethtoolChannels, ethtoolFeatures, ethtoolRings } from '../../src/commands/outside/abi/ethtool';
import { ioUringLayout, ioUringParams, parseCqes } from '../../src/commands/outside/abi/io_uring/ring';
import { provideBuffers, sqeBytes } from '../../src/commands/outside/abi/io_uring/sqe';
import { cmsg, mmsghdrs, msghdr, parseCmsgs } from '../../src/commands/outside/abi/msg';
import { parseRingBlock, tpacketReq, tpacketReq3, txFrameHeader } from '../../src/commands/outside/abi/packet_ring';
import {
  sockaddrAlg,
  sockaddrIp,
  sockaddrLl,
  sockaddrNl,
  sockaddrTipcService,
  sockaddrUnix,
  sockaddrVm,
  sockaddrXdp,
} from '../../src/commands/outside/abi/sockaddr';
import { PLAIN_VIRTIO, virtioTunnelBytes } from '../../src/commands/outside/abi/packet/virtio';
import { parseZerocopyNotices } from '../../src/commands/outside/abi/socket/errqueue';
import { tlsCryptoInfo } from '../../src/commands/outside/abi/tls';
import { parseXskDescriptors, umemReg, xskDescriptor } from '../../src/commands/outside/abi/xsk';
import { effort } from '../support/effort';

const ring = { blockBytes: 4096, blocks: 2, frameBytes: 2048 };
const piece = { at: 0, bytes: 0 };
const tls = { version: '1.3', secret: 1 } as const;

test.each<[name: string, size: number, bytes: Buffer]>([
  ['sockaddr_in', 16, sockaddrIp('10.0.0.1', 1)],
  ['sockaddr_in6', 28, sockaddrIp('::1', 1)],
  ['sockaddr_un', 110, sockaddrUnix('x')],
  ['sockaddr_ll', 20, sockaddrLl(3, 1, '02:00:00:00:00:01')],
  ['sockaddr_nl', 12, sockaddrNl()],
  ['sockaddr_vm', 16, sockaddrVm(1, 2)],
  ['sockaddr_alg', 88, sockaddrAlg('aead', 'gcm(aes)')],
  ['sockaddr_xdp', 16, sockaddrXdp(1, 0, 0)],
  ['sockaddr_tipc', 16, sockaddrTipcService(64, 1)],
  ['msghdr', 56, msghdr({ iov: 0, pieces: 0 })],
  ['mmsghdr', 64, mmsghdrs([{ iov: 0, pieces: 0 }])],
  ['ifreq', 40, ifreqInt('a name that is far too long', 1)],
  ['ifreq', 40, ifreqFlags('', -1)],
  ['sock_fprog', 16, sockFprog(1, 2)],
  ['ethtool_ringparam', 36, ethtoolRings(1, 2)],
  ['ethtool_channels', 36, ethtoolChannels(1, 2, 3)],
  ['ethtool_sfeatures', 24, ethtoolFeatures(new Map([[63, true]]))],
  ['io_uring_params', 120, ioUringParams()],
  ['io_uring_sqe', 64, sqeBytes(provideBuffers(1, 2, 3, 4, 5))],
  ['tpacket_req', 16, tpacketReq(ring)],
  ['tpacket_req3', 28, tpacketReq3(ring)],
  ['tpacket_hdr', 32, txFrameHeader(1, 9)],
  ['tpacket2_hdr', 32, txFrameHeader(2, 9)],
  ['tpacket3_hdr', 48, txFrameHeader(3, 9)],
  ['tls12_crypto_info_aes_gcm_128', 40, tlsCryptoInfo({ ...tls, cipher: 'aesGcm128' })],
  ['tls12_crypto_info_aes_gcm_256', 56, tlsCryptoInfo({ ...tls, cipher: 'aesGcm256' })],
  ['tls12_crypto_info_aes_ccm_128', 40, tlsCryptoInfo({ ...tls, cipher: 'aesCcm128' })],
  ['tls12_crypto_info_chacha20_poly1305', 56, tlsCryptoInfo({ ...tls, cipher: 'chacha20Poly1305' })],
  ['xdp_umem_reg', 32, umemReg({ at: 0, bytes: 4096, chunk: 2048 })],
  ['xdp_desc', 16, xskDescriptor({ offset: 1n << 60n, bytes: 1 })],
  ['bpf_attr up to expected_attach_type', 72, progLoadAttr(xdp([], { verdict: 'pass' }), { code: 0, license: 0 })],
  ['bpf_attr up to map_ifindex', 48, mapCreateAttr('array', 1)],
  ['bpf_attr of elements', 32, mapElementAttr(1, 2, 3)],
  ['bpf_attr of tests', 80, progTestAttr(1, piece, piece)],
])('struct %s has %i bytes', (_, size, bytes) => {
  expect(bytes).toHaveLength(size);
});

test('ancillary data that are read are those that were written', () => {
  const data = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
  const one = fc.record({ level: fc.integer(), type: fc.integer(), data });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 4 }), (list) => {
      const control = Buffer.concat(list.map(({ level, type, data: bytes }) => cmsg(level, type, bytes)));
      expect(control.length % 8).toBe(0);
      expect(parseCmsgs(control)).toEqual(list);
    }),
    { numRuns: effort(50) },
  );
});

test('descriptors of AF_XDP that are read are those that were written', () => {
  const offset = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const one = fc.record({ offset, bytes: fc.nat(), more: fc.boolean() });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 4 }), (list) => {
      expect(parseXskDescriptors(Buffer.concat(list.map(xskDescriptor)))).toEqual(list);
    }),
    { numRuns: effort(50) },
  );
});

test('a completion of io_uring tells which buffer it took', () => {
  const bytes = Buffer.alloc(32);
  bytes.writeBigUInt64LE(7n, 0);
  bytes.writeInt32LE(-11, 8);
  bytes.writeUInt32LE((5 << 16) | 1, 28);
  expect(parseCqes(bytes)).toEqual([
    { userData: 7n, result: -11, flags: 0 },
    { userData: 0n, result: 0, flags: 0x50001, buffer: 5 },
  ]);
  expect(ioUringLayout(8).sq.array).toBe(64 + 16 * 16);
});

test('a block of the kernel has no frames', () => expect(parseRingBlock(Buffer.alloc(4096))).toBeUndefined());

test('jumps of programs of BPF stay inside', () => {
  const programs = [
    xdp([{ edit: 'swap-mac' }, { edit: 'write', offset: 4, value: 1 }], { map: 5, key: 'queue' }),
    tcProgram([{ edit: 'write', offset: 9, value: 1 }], { neigh: 4, via: 'fd00::1' }),
    msgProgram([{ edit: 'write', offset: 0, value: 1 }], { map: 1, kind: 'sockhash', key: 2 }),
  ];
  for (const { code } of programs) {
    const count = instructionCount(code);
    expect(Number.isInteger(count)).toBe(true);
    expect(code[code.length - 8]).toBe(0x95);
    for (let at = 0; at < count; at++) {
      const isJump = code[at * 8] === 0x2d;
      if (isJump) expect(at + 1 + code.readInt16LE(at * 8 + 2)).toBeLessThan(count);
    }
  }
  expect(classicCount(classicKeepIf(0, 1, 2))).toBe(4);
});

test('notices of zerocopy are read among other ancillary data', () => {
  // struct sock_extended_err of origin 5, of sends 3 to 7, copied; and a time stamp.
  const notice = Buffer.from('00000000050001000300000007000000', 'hex');
  const control = Buffer.concat([cmsg(1, 29, Buffer.alloc(16)), cmsg(0, 11, notice), cmsg(41, 25, notice)]);
  const expected = { first: 3, last: 7, wasCopied: true };
  expect(parseZerocopyNotices(control)).toEqual([expected, expected]);
  expect(parseZerocopyNotices(cmsg(0, 11, Buffer.from('6f000000020301000000000000000000', 'hex')))).toEqual([]);
});

test('the header of a UDP tunnel says which packets are inside', () => {
  const header = { ...PLAIN_VIRTIO, gso: 'tcpv4', needsCsum: true, hdrLen: 104, gsoSize: 10 } as const;
  const tunnel = { outerVersion: 6, outerTransport: 54, innerNetwork: 84, outerCsum: true } as const;
  const bytes = virtioTunnelBytes({ ...header, csumStart: 104, csumOffset: 16 }, tunnel);
  // VIRTIO_NET_HDR_F_UDP_TUNNEL_CSUM, VIRTIO_NET_HDR_GSO_UDP_TUNNEL_IPV6.
  expect([bytes.length, bytes[0], bytes[1]]).toEqual([24, 0x09, 0x41]);
  expect([bytes.readUInt16LE(20), bytes.readUInt16LE(22)]).toEqual([54, 84]);
});
