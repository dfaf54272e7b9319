import { be16, cat, zeros } from '../../../commands/outside/abi/bytes';
import { SENT_ON_TYPE, TOLD_EDITS, type ToldEdit } from '../../../commands/outside/abi/bpf/xdp_told';
import type { BurstFrame } from '../../../commands/outside/nic/frames';
import { toldHeader } from '../../../commands/outside/nic/nic_places';
import type { Place } from './judged_wire';

/** The frames that may be received of one that was sent, and where. */
export interface Outcome {
  readonly place: Place;
  readonly bytes: Buffer;
}

/** IEEE 802.3: a frame has at least 60 bytes and its check sequence. A driver or the device adds zeros. */
const LEAST_BYTES = 60;
const ADDRESSES_BYTES = 12;
const ADDRESS_BYTES = 6;

const padded = (bytes: Buffer): Buffer => cat(bytes, zeros(Math.max(0, LEAST_BYTES - bytes.length)));
const both = (bytes: Buffer): Buffer[] => (bytes.length < LEAST_BYTES ? [bytes, padded(bytes)] : [bytes]);

/** The frames that are received of one that meets no XDP program. */
export function plainOutcomes(bytes: Buffer, to: number): Outcome[] {
  return both(bytes).map((one) => ({ place: { end: to, socket: 'told' }, bytes: one }));
}

/** The frames that are received of one that meets the program which does what it says. */
export function xdpOutcomes(bytes: Buffer, { verdict, edit }: BurstFrame, to: number): Outcome[] {
  const changed = both(bytes).flatMap((one) => edited(one, edit, to));
  switch (verdict) {
    case 'pass':
    case 'cpumap':
      return changed.map((one) => ({ place: { end: to, socket: 'told' }, bytes: one }));
    case 'tx':
      return changed.flatMap((one) => sentOn(one, true).map((on) => at(1 - to, on)));
    case 'redirect':
      return changed.flatMap((one) => sentOn(one, false).map((on) => at(to, on)));
    case 'drop':
    case 'aborted':
    case 'xskmap':
      return [];
  }
}

const at = (end: number, bytes: Buffer): Outcome => ({ place: { end, socket: 'sentOn' }, bytes });

/**
 * Bytes at the front and at the end can always be taken off. There may be no room for more (bpf_xdp_adjust_head,
 * bpf_xdp_adjust_tail of net/core/filter.c).
 */
function edited(bytes: Buffer, edit: ToldEdit, to: number): Buffer[] {
  const by = TOLD_EDITS[edit];
  const header = toldHeader(to);
  switch (edit) {
    case 'none':
    case 'meta':
      return [bytes];
    case 'shorter_head':
      return [cat(header, bytes.subarray(by + header.length))];
    case 'longer_head':
      return [cat(header, bytes), bytes];
    case 'shorter_tail':
      return [bytes.subarray(0, bytes.length + by)];
    case 'longer_tail':
      return [cat(bytes, zeros(by)), bytes];
  }
}

function sentOn(bytes: Buffer, swaps: boolean): Buffer[] {
  const addresses = bytes.subarray(0, ADDRESSES_BYTES);
  const swapped = cat(addresses.subarray(ADDRESS_BYTES), addresses.subarray(0, ADDRESS_BYTES));
  return both(cat(swaps ? swapped : addresses, be16(SENT_ON_TYPE), bytes.subarray(ADDRESSES_BYTES + 2)));
}
