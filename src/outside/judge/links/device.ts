import type { OutsideLink, OutsideLinkKind } from '../../../model/structs/outside';

import type { FlowWord } from '../../../commands/outside/link/flows';
import type { XdpEditWord } from '../../../commands/outside/link/xdp';
import type { BpfEditWord } from '../../../commands/outside/tc/bpf_edits';
import type { Frame } from './frame';

/** A network device that a program made, as the kernel's answers so far say that it is. */
export class JudgedDevice {
  /** Bytes behind the header of Ethernet. */
  mtu = 65_535;
  /** Frames that arrive may be merged before anybody sees them (GRO). */
  merges = false;
  /** A qdisc holds what leaves by it. */
  holds = false;
  /** It has a qdisc of `queue`, which sends each frame so often. */
  isQueued = false;
  copies: 1 | 2 = 1;
  /** A command changed it so that nobody knows what it does with frames. */
  isUncertain = false;
  isGone = false;
  /** Of a veth or a tunnel: the device that receives what this one sends. */
  peer: JudgedDevice | null = null;
  /** Of a VLAN or the near end of a tunnel: the device below. Of a VLAN: the tag. */
  lower: JudgedDevice | null = null;
  vlanId = 0;
  /** It puts no tags on, so that VLANs on it have room for one in their headers (vlan_transfer_features). */
  isTagless = false;
  /** VLANs on it, by their tags. */
  readonly vlans = new Map<number, JudgedDevice>();
  /** The bridge of which it is a port. */
  bridge: JudgedDevice | null = null;
  /** Of a bridge: its ports, and those to which it sends what nobody is known for. */
  readonly ports: JudgedDevice[] = [];
  readonly floods: JudgedDevice[] = [];
  /** Of a bridge: netfilter sees what it forwards. */
  hasHooks = false;
  /** Rules for what leaves by it, and for what arrives. */
  readonly leaving: Rule[] = [];
  readonly arriving: Rule[] = [];
  /** The same of netfilter: before the filters of what leaves, and behind those of what arrives. */
  readonly leavingHooks: Rule[] = [];
  readonly arrivingHooks: Rule[] = [];
  /** The program of XDP that meets what arrives, before all others. */
  xdp: Rule | null = null;
  /** Packet sockets that see its frames. */
  readonly captures: Capture[] = [];

  constructor(
    readonly link: OutsideLink,
    /** Twelve hexadecimal digits. */
    readonly mac: string,
    readonly kind: Exclude<OutsideLinkKind, 'nic'>,
  ) {}
}

/** A packet socket, to which the frames of a device come. */
export interface Capture {
  see(frame: Frame): void;
}

/** A socket to which a program of XDP hands frames. */
export interface FrameSocket extends Capture {
  /** unsure: perhaps it is closed. */
  readonly state: 'open' | 'unsure' | 'closed';
}

/** A rule sends a frame, or a copy, to another device: it leaves by it, or as `out` comes in by it. */
export interface Sending {
  readonly deed: 'send' | 'copy';
  readonly to: JudgedDevice;
  readonly out: boolean;
  readonly by: 'tc' | 'bpf' | 'nft';
}

/** The place where a program of XDP runs. mixed: a tun device runs some natively (tun_build_skb), others not. */
export type XdpMode = 'native' | 'generic' | 'mixed';

/** A program of XDP sends a frame, or a copy to each of several, by a map to devices, by which it leaves. */
export interface XdpSending {
  readonly deed: 'xdp_send';
  readonly to: readonly JudgedDevice[];
  readonly isBroadcast: boolean;
  readonly mode: XdpMode;
  /** The program of the members changes the frame, and drops it or not. */
  readonly changes: readonly Change[];
  readonly isDropped: boolean;
  /** A thread of the kernel does it, of a cpumap. */
  readonly isOfThread: boolean;
}

/** A rule changes a frame. */
export type Change =
  | { readonly deed: 'push'; readonly id: number }
  | { readonly deed: 'unknown' }
  | { readonly deed: 'pop' | 'csum' | 'swap' }
  | { readonly deed: 'set'; readonly offset: number; readonly value: number }
  | { readonly deed: 'xdp'; readonly edit: XdpEditWord; readonly bytes: number; readonly value: number }
  | { readonly deed: 'bpf'; readonly edit: BpfEditWord; readonly bytes: number; readonly value: number };

/** Something that a rule does with a frame. */
export type Deed = Sending | XdpSending | Change;

/** A filter of a device. */
export interface Rule {
  /** The flows whose packets it takes; of netfilter the protocol, with or without a tag; null: all. */
  readonly flow: FlowWord | 'tcp' | 'udp' | null;
  readonly deeds: readonly Deed[];
  /** The fate of the frame then: it goes on, is taken, or meets the next rule. */
  readonly end: 'ok' | 'drop' | 'continue';
  /** Of XDP. */
  readonly mode?: XdpMode;
  /** Of XDP: it takes all frames while it is open. */
  readonly socket?: FrameSocket;
}
