import type { OutsideLink } from '../../../model/structs/outside';
import type { IpText } from '../abi/address';
import { patternOf } from '../abi/pattern';
import { ethernet, ipv4, ipv6, tcp, udp } from '../abi/packet/defaults';
import type { ChecksumField } from '../abi/packet/checksum';
import type { Layer } from '../abi/packet/layer';
import { TCP_FLAGS } from '../abi/packet/headers/tcp';
import { fillSeed } from '../fill';
import { hasEthernet, macOfWriter, type ReceiverWord } from './devices';

/** Protocols of packets that a program writes. */
export const FLOW_WORDS = ['tcp4', 'udp4', 'tcp6', 'udp6'] as const;
export type FlowWord = (typeof FLOW_WORDS)[number];
export const FLOWS_MAX = 2;

/** The packets of a flow that come out of a link: all have the same addresses and ports. */
export interface Flow {
  readonly link: Pick<OutsideLink, 'id' | 'kind'>;
  readonly word: FlowWord;
  /** 0 or 1: there are two of each protocol. */
  readonly number: number;
}

export const flowKey = ({ word, number }: Flow): number => FLOW_WORDS.indexOf(word) * FLOWS_MAX + number;
export const isTcp = ({ word }: Pick<Flow, 'word'>): boolean => word.startsWith('tcp');
export const versionOf = (word: FlowWord): 4 | 6 => (word.endsWith('4') ? 4 : 6);
const isIpv4 = ({ word }: Flow): boolean => versionOf(word) === 4;

export const FIRST_SEQUENCE = 1_000_000;
const FROM_PORT = 4000;
const TO_PORT = 5000;

/** The addresses of a flow, which no device has. */
export function endsOf(flow: Flow): { readonly from: IpText; readonly to: IpText } {
  const { id } = flow.link;
  const host = flow.number + 1;
  if (isIpv4(flow)) return { from: `10.1.${id & 255}.${host}`, to: `10.2.${id & 255}.${host}` };
  return { from: `fd01:${(id + 1).toString(16)}::${host}`, to: `fd02:${(id + 1).toString(16)}::${host}` };
}

export const portsOf = (flow: Flow): { readonly sport: number; readonly dport: number } => ({
  sport: FROM_PORT + flowKey(flow),
  dport: TO_PORT + flowKey(flow),
});

/** Properties of one packet beside its flow. */
export interface PacketFields {
  /** Of TCP: position of its first byte in the stream of the flow. */
  readonly at: number;
  /** Number of the packet in its flow. */
  readonly number: number;
  readonly ttl: number;
  readonly push: boolean;
  readonly checksum?: ChecksumField;
  readonly receiver: ReceiverWord;
}

/** The headers of a packet, from Ethernet where the device has it. */
export function layersOf(flow: Flow, { at, number, ttl, push, checksum, receiver }: PacketFields): Layer[] {
  const ends = endsOf(flow);
  const ip = isIpv4(flow) ? ipv4({ ...ends, ttl, id: number & 0xffff }) : ipv6({ ...ends, hopLimit: ttl });
  const field = checksum === undefined ? {} : { checksum };
  const transport = isTcp(flow)
    ? tcp({
        ...portsOf(flow),
        ...{ seq: (FIRST_SEQUENCE + at) >>> 0, ack: 1, flags: TCP_FLAGS.ack | (push ? TCP_FLAGS.psh : 0) },
        ...field,
      })
    : udp({ ...portsOf(flow), ...field });
  return [...(hasEthernet(flow.link) ? [ethernet(macOfWriter(flow.link, receiver))] : []), ip, transport];
}

/** Bytes of the stream of a flow of TCP. */
export const streamOf = (flow: Flow, at: number, bytes: number): Buffer =>
  patternOf(fillSeed(1000 * flow.link.id + flowKey(flow)), at + bytes).subarray(at);

/** Bytes of a datagram of a flow of UDP: no other has the same. */
export const datagramOf = (flow: Flow, number: number, bytes: number): Buffer =>
  patternOf(fillSeed(100_000 + 8000 * flow.link.id + 1000 * flowKey(flow) + number), bytes);
