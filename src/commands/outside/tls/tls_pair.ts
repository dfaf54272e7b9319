import type { OutsideFd } from '../../../model/structs/outside';
import { tlsCryptoInfo, tlsUlp, type TlsCipher } from '../abi/tls';
import type { CallMemory } from '../call_memory';
import { defineOutside } from '../define_outside';
import { fdNumber, fdOf, pickFd } from '../fd';
import type { Step } from '../step';

const SOL_TCP = 6;
const TCP_ULP = 31;
const SOL_TLS = 282;
const TLS_TX = 1;
const TLS_RX = 2;
export const TLS_VERSIONS = ['1.2', '1.3'] as const;
/** Words of a program have no dots. */
const VERSION_WORDS = ['v12', 'v13'] as const;
export const TLS_CIPHERS: readonly TlsCipher[] = ['aesGcm128', 'aesCcm128', 'aesGcm256', 'chacha20Poly1305'];
/** The directions that get keys: of the first socket, then of the second. */
export const TLS_ENDS = ['tx', 'rx', 'peer_tx', 'peer_rx'] as const;
/** The first socket sends what user space encrypts, or anything else. */
const ONLY_PEER_RX = 1 << TLS_ENDS.indexOf('peer_rx');
const ALL_ENDS = (1 << TLS_ENDS.length) - 1;
/** Both directions have the same keys. */
export const TLS_SECRET = 7;

/** Positions of the setsockopt calls among the steps, in the order of TLS_ENDS; a poke stands before each. */
export const TLS_STEPS = { ulps: [1, 3], keys: [5, 7, 9, 11] } as const;

const canTls = (fd: OutsideFd): boolean =>
  fd.isStream && fd.family !== 'unix' && fd.family !== 'vsock' && !fd.isMptcp && fd.tls === null && !fd.listening;

export const TLS_PAIR = defineOutside({
  name: 'tls_pair',
  number: 29,
  args: [
    { name: 'fd', type: 'fd' },
    { name: 'to', type: 'fd' },
    { name: 'version', type: 'enum', words: VERSION_WORDS },
    { name: 'cipher', type: 'enum', words: TLS_CIPHERS },
    { name: 'ends', type: 'flags', words: TLS_ENDS, default: ALL_ENDS },
  ],
  promised: {
    text: 'Both ends of a connection encrypt what they send and decrypt what they receive; its bytes stay the same.',
    source: 'Documentation/networking/tls.rst',
  },
  syscall: 'setsockopt',
  // EOPNOTSUPP: a protocol without upper layers.
  errors: ['EBADF', 'ENOTSOCK', 'ENOPROTOOPT', 'EOPNOTSUPP', 'EEXIST', 'ENOTCONN'],
  // The kernel has no TLS.
  elsewhere: ['EINVAL', 'EBUSY', 'EPERM', 'ENOENT'],
  weight: 3,
  usuallyNext: ['send', 'send', 'splice', 'send_record', 'raw_record'],
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, (fd) => canTls(fd) && fd.peer !== null && fd.peer.peer === fd && fd.peer !== fd);
    if (args.fd < 0) return false;
    const { peer } = fdOf(world, args.fd);
    args.to = pickFd(world, draw, (fd) => fd === peer);
    args.version = draw.below(VERSION_WORDS.length);
    args.cipher = draw.chance(1, 2) ? 0 : draw.below(TLS_CIPHERS.length);
    args.ends = draw.chance(2, 3) ? ALL_ENDS : draw.chance(1, 2) ? ONLY_PEER_RX : draw.below(ALL_ENDS + 1);
    // Records that user space makes are of TLS 1.2 and AES-CCM.
    if (args.ends !== ALL_ENDS && draw.chance(1, 2)) [args.version, args.cipher] = [0, 1];
    return args.to >= 0;
  },
  run(world, { fd, to, version, cipher, ends }) {
    const state = { version, cipher, records: 0 };
    if ((ends & 3) !== 0) fdOf(world, fd).tls = { ...state, sends: (ends & 1) !== 0 };
    if ((ends & 12) !== 0) fdOf(world, to).tls = { ...state, sends: (ends & 4) !== 0 };
  },
  steps(_world, args, _result, memory) {
    const info = tlsCryptoInfo({
      version: TLS_VERSIONS[args.version],
      cipher: TLS_CIPHERS[args.cipher],
      secret: TLS_SECRET,
    });
    const fds = [fdNumber(args.fd), fdNumber(args.to)];
    const keys = TLS_ENDS.flatMap((_, end) =>
      setStep(memory, fds[end >> 1], SOL_TLS, (end & 1) === 0 ? TLS_TX : TLS_RX, info, ((args.ends >>> end) & 1) === 1),
    );
    return [...fds.flatMap((fd) => setStep(memory, fd, SOL_TCP, TCP_ULP, tlsUlp(), true)), ...keys];
  },
});

/** An end that gets no keys keeps its place among the steps: the option is too short. */
function setStep(
  memory: CallMemory,
  fd: number,
  level: number,
  option: number,
  value: Buffer,
  isWanted: boolean,
): readonly Step[] {
  const at = memory.take(value.length);
  return [
    { op: 'poke', at, bytes: value },
    { op: 'syscall', name: 'setsockopt', args: [fd, level, option, at, isWanted ? value.length : 1] },
  ];
}
