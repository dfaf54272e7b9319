import { SENT_ON_TYPE, TOLD_TYPE, TOLD_VERDICT_AT, TOLD_VERDICTS } from '../../src/commands/outside/abi/bpf/xdp_told';
import type { PromiseName } from '../../src/outside/promises';
import type { WireFault } from '../../src/targets/linux/outside/wire';

/** A burst that must arrive. */
export const BURST = [
  ...['link1 = nic(end: a)', 'link2 = nic(end: b)', 'nic_ready()'],
  ...['nic_burst(nic: link1, count: 8, len: 60, step: 200)', 'nic_recv(nic: link2)'],
].join('\n');
/** Bursts that meet an XDP program, which passes, drops and sends on. */
export const XDP = [
  ...['link1 = nic(end: a)', 'link2 = nic(end: b)', 'nic_xdp(nic: link1)', 'nic_xdp(nic: link2)', 'nic_ready()'],
  ...['nic_burst(nic: link1, count: 20, len: 100, step: 9, verdict: mixed, mix: 3)', 'nic_recv(nic: link2)'],
  ...['nic_recv(nic: link1)', 'nic_ready()', 'nic_up(nic: link2, up: 0)', 'nic_up(nic: link2, up: 1)', 'nic_ready()'],
  ...['nic_burst(nic: link2, count: 8, len: 120, verdict: tx, edit: shorter_tail)', 'nic_recv(nic: link2)'],
].join('\n');

/** A burst that an end with a transmit ring of 64 sends back. */
export const sentBack = (count: number): string =>
  [
    ...['link1 = nic(end: a)', 'link2 = nic(end: b)', 'nic_rings(nic: link2, rx: 256, tx: 64)'],
    ...['nic_xdp(nic: link1)', 'nic_xdp(nic: link2)', 'nic_ready()'],
    ...[`nic_burst(nic: link1, count: ${count}, len: 100, step: 8, verdict: tx)`, 'nic_recv(nic: link1)'],
  ].join('\n');
/** Its second frame is lost on the way back. */
export const losesSentBack: WireFault = (frame) =>
  frame.readUInt16BE(TYPE_AT) === SENT_ON_TYPE && frame.length === 108 ? [] : [frame];

/** A wire that does something else with frames than to carry them. */
export interface BrokenWire {
  readonly name: string;
  /** The promise that then looks broken. */
  readonly promise: PromiseName;
  readonly program: string;
  readonly does: WireFault;
}

const TYPE_AT = 12;
const isTold = (frame: Buffer): boolean => frame.readUInt16BE(TYPE_AT) === TOLD_TYPE;
const hasLength = (frame: Buffer, bytes: number): boolean => isTold(frame) && frame.length === bytes;
const saysDrop = (frame: Buffer): boolean => isTold(frame) && TOLD_VERDICTS[frame[TOLD_VERDICT_AT]] === 'drop';
const isProbe = (frame: Buffer): boolean => frame.readUInt16BE(TYPE_AT) > SENT_ON_TYPE + 1;

export const WIRE_FAULTS: readonly BrokenWire[] = [
  {
    name: 'a wire flips a bit',
    promise: 'frame-whole',
    program: BURST,
    does: (frame) => [isTold(frame) ? flipped(frame) : frame],
  },
  {
    name: 'a wire carries a frame twice',
    promise: 'frame-whole',
    program: BURST,
    does: (frame) => (hasLength(frame, 260) ? [frame, frame] : [frame]),
  },
  {
    name: 'a wire loses a frame',
    promise: 'frame-arrives',
    program: BURST,
    does: (frame) => (hasLength(frame, 460) ? [] : [frame]),
  },
  {
    name: 'a frame that XDP would drop is lost before',
    promise: 'xdp-verdict-holds',
    program: XDP,
    does: (frame) => (saysDrop(frame) ? [] : [frame]),
  },
  {
    name: 'a wire carries nothing to one end',
    promise: 'link-comes-up',
    program: BURST,
    does: (frame) => (isProbe(frame) && frame[5] === 0x0b ? [] : [frame]),
  },
];

function flipped(frame: Buffer): Buffer {
  const other = Buffer.from(frame);
  other[30] ^= 1;
  return other;
}
