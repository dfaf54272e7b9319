import { aesCcm } from '../abi/aes_ccm';
import { cmsgTlsRecord } from '../abi/tls';
import { be16, be64, cat, u8 } from '../abi/bytes';
import { patternOf } from '../abi/pattern';
import { defineOutside } from '../define_outside';
import { fdNumber, fdOf, pickFd } from '../fd';
import { fillSeed, fillStep } from '../fill';
import { MSG } from '../message_flags';
import { messageHeader } from '../msghdr';
import { TLS_CIPHERS, TLS_SECRET, TLS_VERSIONS } from './tls_pair';

const LEN_MAX = 40_000;
const RECORD_MAX = 16_384;
const VERSION_12 = 0x303;
/** change_cipher_spec, alert, handshake, application data, heartbeat (RFC 8446 section B.1, RFC 6520). */
const APPLICATION_DATA = 23;
const TYPES = [20, 21, 22, 23, 24, 100];

const SEND_ERRORS = [
  ...(['EBADF', 'ENOTSOCK', 'EAGAIN', 'EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'ENOTCONN', 'EDESTADDRREQ'] as const),
  ...(['EMSGSIZE', 'EINVAL', 'EPERM', 'EBADMSG'] as const),
] as const;

export const SEND_RECORD = defineOutside({
  name: 'send_record',
  number: 30,
  args: [
    { name: 'fd', type: 'fd' },
    { name: 'len', type: 'int', min: 0, max: LEN_MAX },
    { name: 'type', type: 'int', min: 0, max: 255 },
  ],
  promised: {
    text: 'The bytes go out as records of the type, behind those that were sent before.',
    source: 'TLS_SET_RECORD_TYPE of Documentation/networking/tls.rst',
  },
  syscall: 'sendmsg',
  errors: [...SEND_ERRORS],
  // Documented, and no program here reaches it.
  elsewhere: ['EISCONN', 'EOPNOTSUPP', 'EIO', 'EACCES'],
  weight: 3,
  usuallyNext: ['recv', 'recv', 'send', 'splice'],
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, ({ tls, shutWrite }) => tls !== null && !shutWrite);
    args.len = draw.chance(1, 4) ? draw.size(0, LEN_MAX) : draw.size(0, 100);
    args.type = TYPES[draw.below(TYPES.length)];
    return args.fd >= 0;
  },
  run(world, { fd }) {
    const { peer } = fdOf(world, fd);
    if (peer !== null) peer.queued++;
  },
  steps(_world, { fd, len, type }, _result, memory) {
    const fill = fillStep(memory, len);
    const bytes = cmsgTlsRecord(type);
    const control = { at: memory.take(bytes.length), bytes: bytes.length };
    const header = messageHeader(memory, { data: [fill], control });
    return [
      fill,
      { op: 'poke', at: control.at, bytes },
      header.step,
      { op: 'syscall', name: 'sendmsg', args: [fdNumber(fd), header.at, MSG.dontwait | MSG.nosignal] },
    ];
  },
});

/**
 * A record of TLS 1.2 with AES-CCM as a sender in user space makes it (RFC 5246 section 6.2.3.3, RFC 6655). The keys
 * are those of tls_pair: all their bytes are alike.
 */
function record(sequence: number, type: number, plain: Buffer): Buffer {
  const key = Buffer.alloc(16, TLS_SECRET);
  const explicit = be64(BigInt(sequence));
  const aad = cat(explicit, u8(type), be16(VERSION_12), be16(plain.length));
  const body = aesCcm(key, cat(Buffer.alloc(4, TLS_SECRET), explicit), aad, plain);
  return cat(u8(type), be16(VERSION_12), be16(explicit.length + body.length), explicit, body);
}

export const RAW_RECORD = defineOutside({
  name: 'raw_record',
  number: 31,
  args: [
    { name: 'fd', type: 'fd' },
    { name: 'len', type: 'int', min: 0, max: RECORD_MAX },
    { name: 'type', type: 'int', min: 0, max: 255 },
  ],
  promised: {
    text: 'A record that user space encrypted is decrypted by the kernel of the receiver.',
    source: 'Documentation/networking/tls.rst, RFC 5246 section 6.2',
  },
  syscall: 'sendto',
  errors: [...SEND_ERRORS],
  // Documented, and no program here reaches it.
  elsewhere: ['EISCONN', 'EOPNOTSUPP', 'EIO', 'EACCES'],
  weight: 2,
  usuallyNext: ['raw_record', 'raw_record', 'recv'],
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, ({ tls, peer }) => peer !== null && peer.tls !== null && tls?.sends !== true);
    args.len = draw.chance(1, 3) ? 0 : draw.size(0, draw.chance(1, 4) ? RECORD_MAX : 100);
    args.type = draw.chance(1, 2) ? APPLICATION_DATA : TYPES[draw.below(TYPES.length)];
    return args.fd >= 0;
  },
  run(world, { fd }) {
    const { peer } = fdOf(world, fd);
    if (peer === null) return;
    peer.queued++;
    if (peer.tls !== null) peer.tls.records++;
  },
  steps(world, { fd, len, type }, _result, memory) {
    const { version, cipher, records } = fdOf(world, fd).peer?.tls ?? { version: 0, cipher: 0, records: 0 };
    const isKnown = TLS_VERSIONS[version] === '1.2' && TLS_CIPHERS[cipher] === 'aesCcm128';
    const plain = patternOf(fillSeed(memory.position), len);
    const bytes = isKnown ? record(records, type, plain) : plain;
    const at = memory.take(bytes.length);
    return [
      { op: 'poke', at, bytes },
      {
        op: 'syscall',
        name: 'sendto',
        args: [fdNumber(fd), at, bytes.length, MSG.dontwait | MSG.nosignal, 0, 0],
      },
    ];
  },
});
