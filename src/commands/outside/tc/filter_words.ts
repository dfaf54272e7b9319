import type { OutsideLink } from '../../../model/structs/outside';
import type { Control, TcAction } from '../abi/tc/action';
import { gact, mirred, type MirredKind } from '../abi/tc/actions/control';
import { csum, pedit, swapMac } from '../abi/tc/actions/edit';
import { vlanPop, vlanPut } from '../abi/tc/actions/tunnel';
import type { Classifier } from '../abi/tc/filter';
import { flower, matchall, u32Filter } from '../abi/tc/filters';
import { ETH_P_ALL, ETH_P_IP, ETH_P_IPV6 } from '../abi/uapi/devices';
import { IPPROTO_TCP, IPPROTO_UDP } from '../abi/uapi/sockets';
import { farOf, nearOf } from '../link/devices';
import type { FlowWord } from '../link/flows';

/** Where a filter is: for what goes into a link, or for what comes out of it. */
export const PLACE_WORDS = ['in', 'out'] as const;

/** Packets that a filter takes; u32 compares bytes, and the others but `all` fields (flower). */
export const MATCH_WORDS = ['all', 'tcp4', 'udp4', 'tcp6', 'udp6', 'u32_tcp4', 'u32_udp4'] as const;
export type MatchWord = (typeof MATCH_WORDS)[number];

/** The flow that a filter takes; null: all packets. */
export const flowOfMatch = (match: MatchWord): FlowWord | null =>
  match === 'all' ? null : (match.replace('u32_', '') as FlowWord);

const protocolOf = (flow: FlowWord): number => (flow.startsWith('tcp') ? IPPROTO_TCP : IPPROTO_UDP);

/** The ethertype of the packets that a filter sees. One with a VLAN tag has another. */
export const ethertypeOf = (match: MatchWord): number => {
  const flow = flowOfMatch(match);
  if (flow === null) return ETH_P_ALL;
  return flow.endsWith('4') ? ETH_P_IP : ETH_P_IPV6;
};

/** Position of TTL, protocol and checksum in a header of IPv4: RFC 791 section 3.1. */
const TTL_WORD = 8;
const PROTOCOL_MASK = 0x00ff_0000;

/** The classifier of a word. */
export function classifierOf(match: MatchWord): Classifier {
  const flow = flowOfMatch(match);
  if (flow === null) return matchall();
  if (!match.startsWith('u32')) return flower(ethertypeOf(match), { protocol: protocolOf(flow) });
  return u32Filter([{ offset: TTL_WORD, value: protocolOf(flow) * 0x1_0000, mask: PROTOCOL_MASK }]);
}

/** Deeds of a filter. */
export const ACTION_WORDS = [
  ...(['pass', 'drop', 'redirect', 'mirror', 'redirect_out', 'mirror_out'] as const),
  ...(['push', 'pop', 'set', 'set_csum', 'csum', 'swap'] as const),
] as const;
export type ActionWord = (typeof ACTION_WORDS)[number];

/** The link of these actions is where packets are sent. `_out` ones come out of it; the others go into it. */
export const isSending = (action: ActionWord): boolean => action.startsWith('redirect') || action.startsWith('mirror');

/** The next step after an action: the packet goes on, or the next filter sees it. */
export const THEN_WORDS = ['ok', 'continue'] as const;
export type ThenWord = (typeof THEN_WORDS)[number];

/** Numbers of an action. */
export interface ActionNumbers {
  /** Of `push`: the VLAN. Of `set`: the byte that is written four times. */
  readonly value: number;
  /** Of `set`: bytes behind the network header. */
  readonly offset: number;
}

/** Bytes that `set` writes. */
export const SET_BYTES = 4;
export const setBytes = (value: number): Buffer => Buffer.alloc(SET_BYTES, value & 255);

const MIRRED: Readonly<Partial<Record<ActionWord, MirredKind>>> = {
  redirect: 'egress redirect',
  mirror: 'egress mirror',
  redirect_out: 'ingress redirect',
  mirror_out: 'ingress mirror',
};

/**
 * The actions of a word.
 * @param to - where packets are sent, for words that send
 */
export function actionsOf(
  action: ActionWord,
  then: ThenWord,
  { value, offset }: ActionNumbers,
  to: OutsideLink | null,
): TcAction[] {
  const control: Control = then;
  const kind = MIRRED[action];
  if (kind !== undefined) {
    if (to === null) return [gact('drop')];
    const { ifindex } = kind.startsWith('egress') ? nearOf(to) : farOf(to);
    return [mirred(kind, ifindex, action.startsWith('redirect') ? 'stolen' : control)];
  }
  const set = (next: Control): TcAction => pedit([{ offset, value: setBytes(value).readUInt32BE(0), keep: 0 }], next);
  const checksums = csum(['ip4', 'tcp', 'udp'], control);
  switch (action) {
    case 'drop':
      return [gact('drop')];
    case 'push':
      return [vlanPut('push', { id: value }, control)];
    case 'pop':
      return [vlanPop(control)];
    case 'set':
      return [set(control)];
    case 'set_csum':
      return [set('pipe'), checksums];
    case 'csum':
      return [checksums];
    case 'swap':
      return [swapMac(control)];
    default:
      return [gact(control)];
  }
}
