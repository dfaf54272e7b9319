import { OutsideFd, OutsideTxRing } from '../../../model/structs/outside';
import { nameResult, pickHandle } from '../../pick';
import { u32 } from '../abi/bytes';
import { packetVersion, tpacketReq, tpacketReq3 } from '../abi/packet_ring';
import { sockaddrLl } from '../abi/sockaddr';
import {
  PACKET_LOSS,
  PACKET_QDISC_BYPASS,
  PACKET_TX_HAS_OFF,
  PACKET_TX_RING,
  PACKET_VERSION,
  PACKET_VNET_HDR,
} from '../abi/uapi/af_packet';
import { AF_PACKET, SOL_PACKET } from '../abi/uapi/sockets';
import { defineOutside } from '../define_outside';
import { fdNumber } from '../fd';
import { hasEthernet, linkOf, nearOf } from '../link/devices';
import { isTun } from '../link/writer';
import { fileStep } from '../object_memory';
import { optionSteps } from '../option_steps';
import { FRAME_WORDS, VERSION_WORDS } from './ring_capture';
import { settingsOf, TX_FLAG_WORDS, TX_RING_BYTES, txRequest, txRingAt } from './tx_layout';

const SOCK_RAW = 3;

export const TX_RING = defineOutside({
  name: 'tx_ring',
  number: 210,
  args: [
    { name: 'link', type: 'link' },
    { name: 'version', type: 'enum', words: VERSION_WORDS },
    { name: 'frame', type: 'enum', words: FRAME_WORDS, default: 0 },
    { name: 'flags', type: 'flags', words: TX_FLAG_WORDS, default: 0 },
  ],
  result: 'fd',
  promised: {
    text: 'The socket sends the frames of a ring that it shares with the program, by the near device of the link.',
    source: 'PACKET_TX_RING of packet(7), Documentation/networking/packet_mmap.rst',
  },
  syscall: 'bind',
  errors: ['ENODEV'],
  elsewhere: ['EBADF', 'ENETDOWN', 'EPERM'],
  weight: 2,
  usuallyNext: ['ring_send', 'ring_send', 'capture', 'ring_capture'],
  draw(world, draw, args) {
    args.link = pickHandle(world, draw, 'link', (link) => hasEthernet(link) && !isTun(link.kind));
    args.version = draw.below(VERSION_WORDS.length);
    args.frame = draw.chance(1, 4) ? 1 : 0;
    args.flags = draw.chance(1, 2) ? 0 : draw.below(1 << TX_FLAG_WORDS.length);
    return args.link >= 0;
  },
  run(world, args, result) {
    const fd = new OutsideFd(result, 'socket', 'packet', 'dgram');
    fd.txRing = new OutsideTxRing(linkOf(world, args.link), settingsOf(args));
    nameResult(world, result, 'fd', fd);
  },
  steps(world, args, result, memory) {
    const fd = fdNumber(result);
    const settings = settingsOf(args);
    // It receives nothing: its protocol is 0.
    const address = sockaddrLl(0, nearOf(linkOf(world, args.link)).ifindex);
    const at = memory.take(address.length);
    const ring = txRequest(settings);
    const switches = [
      ...(settings.skips ? [PACKET_LOSS] : []),
      ...(settings.bypasses ? [PACKET_QDISC_BYPASS] : []),
      ...(settings.hasPlaces ? [PACKET_TX_HAS_OFF] : []),
      ...(settings.hasHeader ? [PACKET_VNET_HDR] : []),
    ];
    return [
      { op: 'poke', at, bytes: address },
      { op: 'syscall', name: 'socket', args: [AF_PACKET, SOCK_RAW, 0], fd },
      ...optionSteps(memory, fd, SOL_PACKET, PACKET_VERSION, packetVersion(settings.version)),
      ...switches.flatMap((option) => optionSteps(memory, fd, SOL_PACKET, option, u32(1))),
      ...optionSteps(
        memory,
        fd,
        SOL_PACKET,
        PACKET_TX_RING,
        settings.version === 3 ? tpacketReq3(ring) : tpacketReq(ring),
      ),
      fileStep(txRingAt(result), TX_RING_BYTES, fd, 0, true),
      { op: 'syscall', name: 'bind', args: [fd, at, address.length] },
    ];
  },
});
