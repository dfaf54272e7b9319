import type { JudgedDevice, Rule, Sending, XdpMode, XdpSending } from './device';
import { type Frame, past, tagOf, unsure } from './frame';
import { changed } from './rule';

/* Which frames a program of XDP meets, and the devices to which its maps send them (6.1, 6.12, 7.3). */

type Certainty = 'yes' | 'no' | 'perhaps';

/** Whether a program of a device meets a frame. */
export function meetsXdp({ kind }: JudgedDevice, { mode = 'native' }: Rule, { reinjected = 'no' }: Frame): Certainty {
  if (kind === 'veth' && mode === 'native') return 'yes';
  return reinjected === 'no' ? 'yes' : reinjected === 'yes' ? 'no' : 'perhaps';
}

/** The mark of a frame that a filter sends on: __bpf_tx_skb sets it since 6.6, __bpf_rx_skb does not. */
export function reinjectedBy({ deed, by }: Sending, { reinjected }: Frame): Frame['reinjected'] {
  if (by === 'tc') return deed === 'send' ? 'yes' : reinjected;
  return 'perhaps';
}

/** The filters of what arrives take the mark off a frame (skb_reset_redirect, 6.1 to 7.3). */
export const taken = (frame: Frame): Frame => ({ ...frame, reinjected: 'no' });

const ETHERNET_BYTES = 14;
const TAG_BYTES = 4;
/** A frame that is not longer has one buffer: with its headroom it fits into a page. Others are not cloned. */
const CLONED_MAX_BYTES = 3000;

/** The devices by which a frame leaves, each with its copy. */
export function xdpSends(sending: XdpSending, frame: Frame): { to: JudgedDevice; frame: Frame }[] {
  const { isBroadcast, mode, changes, isDropped, isOfThread } = sending;
  // The map loses a device that goes.
  const to = sending.to.filter(({ isGone }) => !isGone);
  const isDoubtful = tagOf(frame) !== undefined || (isBroadcast && mayStop(to, mode, frame));
  const reinjected = isOfThread ? REINJECTED[mode] : 'no';
  return to.flatMap((device) => {
    const isTaken = takesFrames(device, mode);
    // Nobody writes down the MTU that a device was changed to.
    const isLong = frame.isKnown && !device.isUncertain && isTooLong(device, frame);
    if (isTaken === 'no' || isDropped || isLong) return [];
    const isSure = isTaken === 'yes' && !isDoubtful && !device.isUncertain;
    let at = isSure ? frame : unsure(frame);
    for (const change of changes) at = at.isKnown ? (changed(at, change) ?? unsure(at)) : at;
    return [{ to: device, frame: past({ ...at, isRepeated: true, reinjected }, 'map') }];
  });
}

/** A packet that a generic program hands to a thread keeps its mark (cpu_map_generic_redirect). */
const REINJECTED = { native: 'no', generic: 'yes', mixed: 'perhaps' } as const;

/** xdp_ok_fwd_dev (6.1 to 7.3) refuses such a frame. */
const isTooLong = ({ mtu }: JudgedDevice, { bytes }: Frame): boolean => bytes.length > mtu + ETHERNET_BYTES + TAG_BYTES;

/** A frame of several buffers is not copied, and a generic program stops at the first device that does not take it. */
function mayStop(to: readonly JudgedDevice[], mode: XdpMode, frame: Frame): boolean {
  if (to.length < 2 || !frame.isKnown) return false;
  const isStopped = mode !== 'native' && to.some((device) => device.isUncertain || isTooLong(device, frame));
  return isStopped || frame.bytes.length > CLONED_MAX_BYTES;
}

/**
 * Whether what leaves by a device comes out of another one. A native program sends to the driver, which has rings for
 * frames where the other end of the pair has a native program, or merges packets (veth_xdp_xmit).
 */
function takesFrames({ kind, peer }: JudgedDevice, mode: XdpMode): Certainty {
  if (kind !== 'veth' || peer === null) return 'no';
  if (mode === 'generic' || peer.xdp?.mode === 'native') return 'yes';
  return peer.merges || peer.isUncertain || mode === 'mixed' ? 'perhaps' : 'no';
}
