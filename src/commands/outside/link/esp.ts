import type { World } from '../../../model/world/world';
import type { IpText } from '../abi/address';
import { u32 } from '../abi/bytes';
import { sockaddrIp } from '../abi/sockaddr';
import { AF_INET, AF_INET6 } from '../abi/uapi/sockets';
import type { EspCrypto } from '../abi/xfrm/crypto';
import { newPolicy, socketPolicy, type XfrmPolicy } from '../abi/xfrm/policy';
import { newSa, type SecurityAssociation } from '../abi/xfrm/state';
import type { XfrmSelector } from '../abi/xfrm/structs';
import { defineOutside } from '../define_outside';
import type { CallMemory } from '../call_memory';
import { ownFd } from '../own_fd';
import type { Step } from '../step';
import { bit } from './bits';
import { netlinkSteps } from './steps/netlink_steps';
import { SELF } from './self_addresses';

export const VERSION_WORDS = ['v4', 'v6'] as const;
/** tunnel_other: the outer header is of the other version of IP. */
export const ESP_MODE_WORDS = ['transport', 'tunnel', 'tunnel_other'] as const;
export const CRYPTO_WORDS = ['null', 'gcm', 'chacha', 'cbc_sha256', 'null_sha256'] as const;
/** udp: ESP in UDP (RFC 3948). esn: sequence numbers of 64 bits (RFC 4304). */
export const ESP_FLAG_WORDS = ['udp', 'esn'] as const;
/** self: packets of the machine to itself. flows: packets that links forward. */
export const TRAFFIC_WORDS = ['self', 'flows'] as const;
type Version = 4 | 6;

const NETLINK_XFRM = 6;
/** An association has its own number for each destination. */
const FIRST_SPI = 0x1000;
const FLOW_NUMBERS = 32;
const WINDOW = 64;
const WINDOW_MAX_PLAIN = 32;
const UDP_FDS = { 4: ownFd('espUdp4'), 6: ownFd('espUdp6') } as const;
const UDP_PORT = 4500;
const [IPPROTO_IP, IP_XFRM_POLICY, IPPROTO_IPV6, IPV6_XFRM_POLICY] = [0, 17, 41, 35];
const [SOCK_DGRAM, SOL_UDP, UDP_ENCAP, ESP_IN_UDP] = [2, 17, 100, 2];
/** Addresses of packets that programs write: see flows.ts. */
const FLOWS = {
  4: { from: '10.1.0.0', fromPrefix: 16, to: '10.2.0.0', toPrefix: 16 },
  6: { from: 'fd01::', fromPrefix: 16, to: 'fd02::', toPrefix: 16 },
} as const;

export const ESP = defineOutside({
  name: 'esp',
  number: 132,
  args: [
    { name: 'version', type: 'enum', words: VERSION_WORDS },
    { name: 'mode', type: 'enum', words: ESP_MODE_WORDS },
    { name: 'crypto', type: 'enum', words: CRYPTO_WORDS },
    { name: 'flags', type: 'flags', words: ESP_FLAG_WORDS, default: 0 },
    { name: 'traffic', type: 'enum', words: TRAFFIC_WORDS, default: 0 },
  ],
  promised: {
    text: 'Packets go encrypted over the path of the machine to itself, and arrive as they were sent.',
    source: 'ip-xfrm(8), RFC 4303, RFC 3948',
  },
  syscall: 'sendto',
  errors: [],
  // Of a program without descriptors that are free.
  elsewhere: ['EBADF', 'EMFILE'],
  weight: 3,
  usuallyNext: ['path_connected', 'path_udp', 'send'],
  draw(world, draw, args) {
    const versions = selfVersions(world);
    if (versions.length === 0) return false;
    const version = versions[draw.below(versions.length)];
    args.version = VERSION_WORDS.indexOf(version === 4 ? 'v4' : 'v6');
    args.traffic = draw.chance(1, 4) ? 1 : 0;
    args.mode = draw.below(ESP_MODE_WORDS.length);
    args.crypto = draw.below(CRYPTO_WORDS.length);
    args.flags = draw.chance(1, 2) ? 0 : draw.below(1 << ESP_FLAG_WORDS.length);
    return true;
  },
  run() {
    // The path looks the same to a program.
  },
  steps(_world, { version: at, mode, crypto, flags, traffic }, _result, memory) {
    const version = VERSION_WORDS[at] === 'v4' ? 4 : 6;
    const way = wayOf(version, ESP_MODE_WORDS[mode]);
    const isUdp = bit(flags, ESP_FLAG_WORDS.indexOf('udp'));
    const settings = { ...way, crypto: cryptoOf(CRYPTO_WORDS[crypto]), isUdp, isEsn: bit(flags, 1) };
    const messages =
      TRAFFIC_WORDS[traffic] === 'flows' ? flowMessages(version, settings) : selfMessages(version, settings);
    return [...(isUdp ? udpSteps(memory, way.outer) : []), ...netlinkSteps(memory, NETLINK_XFRM, messages)];
  },
});

/** Versions of IP by which the machine reaches itself over a link. */
const selfVersions = (world: World): readonly Version[] =>
  world.namesOf('link').flatMap(({ object }) => [...object.selfVersions]);

interface Way {
  readonly mode: 'transport' | 'tunnel';
  /** The version of the header in front of that of ESP. */
  readonly outer: Version;
}

function wayOf(version: Version, word: (typeof ESP_MODE_WORDS)[number]): Way {
  if (word === 'transport') return { mode: 'transport', outer: version };
  return { mode: 'tunnel', outer: word === 'tunnel' ? version : version === 4 ? 6 : 4 };
}

interface Settings extends Way {
  readonly crypto: EspCrypto;
  readonly isUdp: boolean;
  readonly isEsn: boolean;
}

/** Both directions between the two addresses of the machine. */
function selfMessages(version: Version, settings: Settings): Buffer[] {
  const inner = SELF[version];
  const prefix = version === 4 ? 32 : 128;
  return [0, 1].flatMap((end) => {
    const selector = { from: inner[end], fromPrefix: prefix, to: inner[1 - end], toPrefix: prefix };
    return protectedMessages(selector, version, settings, { end, first: 0, directions: ['out', 'in'] });
  });
}

/** Packets that go through: a policy for what leaves, and one for what was decrypted and goes on (ip_forward). */
const flowMessages = (version: Version, settings: Settings): Buffer[] =>
  protectedMessages(
    FLOWS[version],
    version,
    { ...settings, mode: 'tunnel' },
    { end: 0, first: FLOW_NUMBERS, directions: ['out', 'forward'] },
  );

interface Direction {
  /** The address from which the encrypted packets come: position in SELF. */
  readonly end: number;
  /** Associations of other traffic have other numbers. */
  readonly first: number;
  readonly directions: readonly XfrmPolicy['direction'][];
}

function protectedMessages(
  selector: XfrmSelector,
  version: Version,
  way: Settings,
  { end, first, directions }: Direction,
): Buffer[] {
  const [from, to] = [SELF[way.outer][end], SELF[way.outer][1 - end]];
  const number = 2 * version + end + first;
  const ends: { from?: IpText; to?: IpText } = way.mode === 'tunnel' ? { from, to } : {};
  const association: SecurityAssociation = {
    ...{ from, to, spi: FIRST_SPI + number, mode: way.mode, reqid: number, crypto: way.crypto, innerVersion: version },
    ...{ replayWindow: way.isEsn ? WINDOW : WINDOW_MAX_PLAIN, esn: way.isEsn },
    ...(way.isUdp ? { udp: { sport: UDP_PORT, dport: UDP_PORT } } : {}),
  };
  return [
    newSa(association),
    ...directions.map((direction) => newPolicy({ selector, direction, mode: way.mode, reqid: number, ...ends })),
  ];
}

const SECRET = 7;
function cryptoOf(word: (typeof CRYPTO_WORDS)[number]): EspCrypto {
  switch (word) {
    case 'null':
      return { kind: 'null' };
    case 'gcm':
    case 'chacha':
      return { kind: word, secret: SECRET };
    case 'cbc_sha256':
      return { kind: 'cbc-sha256', secret: SECRET };
    case 'null_sha256':
      return { kind: 'null-sha256', secret: SECRET };
  }
}

/** The socket that hands ESP in UDP to the kernel: UDP_ENCAP of udp(7). It stays open. */
function udpSteps(memory: CallMemory, version: Version): Step[] {
  const fd = UDP_FDS[version];
  const address = sockaddrIp(version === 4 ? '0.0.0.0' : '::', UDP_PORT);
  const at = { address: memory.take(address.length), value: memory.take(4) };
  return [
    { op: 'poke', at: at.address, bytes: address },
    { op: 'poke', at: at.value, bytes: u32(ESP_IN_UDP) },
    { op: 'syscall', name: 'socket', args: [version === 4 ? AF_INET : AF_INET6, SOCK_DGRAM, 0], fd },
    { op: 'syscall', name: 'setsockopt', args: [fd, SOL_UDP, UDP_ENCAP, at.value, 4] },
    ...(['in', 'out'] as const).flatMap((direction): Step[] => {
      const policy = socketPolicy(version, direction);
      const policyAt = memory.take(policy.length);
      const [level, option] = version === 4 ? [IPPROTO_IP, IP_XFRM_POLICY] : [IPPROTO_IPV6, IPV6_XFRM_POLICY];
      return [
        { op: 'poke', at: policyAt, bytes: policy },
        { op: 'syscall', name: 'setsockopt', args: [fd, level, option, policyAt, policy.length] },
      ];
    }),
    { op: 'syscall', name: 'bind', args: [fd, at.address, address.length] },
  ];
}
