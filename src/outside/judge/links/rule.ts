import { parsePacket } from '../../../commands/outside/abi/packet/parse';
import { packetBytes } from '../../../commands/outside/abi/packet/build';
import type { Layer } from '../../../commands/outside/abi/packet/layer';
import type { BpfEditWord } from '../../../commands/outside/tc/bpf_edits';
import { HEADERS_BYTES, WRITTEN_BYTES, writtenBytes } from '../../../commands/outside/tc/bpf_edits';
import { type XdpEditWord, XDP_STORE_AT } from '../../../commands/outside/link/xdp';
import { SET_BYTES, setBytes } from '../../../commands/outside/tc/filter_words';
import type { Change, Deed, Rule, Sending } from './device';
import { type Frame, replaced, TAG_BYTES, tagged, tagOf, untagged } from './frame';

export const isSending = (deed: Deed): deed is Sending => deed.deed === 'send' || deed.deed === 'copy';

/** Changes of programs after which the data are what they were. The others may write into them, or move headers. */
const HARMLESS: readonly (BpfEditWord | XdpEditWord)[] = ['none', 'pull', 'swap'];

/** Whether a packet has other data after a deed, or nobody finds them. Checksums may be put where headers are not. */
export function mayChangeData(deed: Deed): boolean {
  switch (deed.deed) {
    case 'xdp_send':
      return deed.changes.some(mayChangeData);
    case 'send':
    case 'copy':
    case 'push':
    case 'pop':
    case 'swap':
      return false;
    case 'bpf':
    case 'xdp':
      return !HARMLESS.includes(deed.edit);
    case 'set':
    case 'csum':
    case 'unknown':
      return true;
  }
}

const ETHERNET_BYTES = 14;
const ADDRESS_BYTES = 6;
const TYPES = { 4: 0x0800, 6: 0x86dd } as const;
const PROTOCOLS = { tcp: 6, udp: 17 } as const;
/** Position of the protocol in the headers of IPv4 and IPv6. */
const PROTOCOL_AT = { 4: 9, 6: 6 } as const;
const IP_BYTES = { 4: 20, 6: 40 } as const;
/** The kernel takes no longer packets from a program of BPF (BPF_SKB_MAX_LEN); this is less. */
const BPF_MAX_BYTES = 15_000;
/** The most that bpf_skb_adjust_room takes. */
const ROOM_MAX_BYTES = 0xfff;

/** Whether a rule takes a frame; undefined: nobody knows. */
export function takes({ flow }: Rule, frame: Frame): boolean | undefined {
  if (flow === null) return true;
  if (frame.isOdd) return undefined;
  const isHook = flow === 'tcp' || flow === 'udp';
  const inner = isHook && tagOf(frame) !== undefined ? untagged(frame) : frame;
  const version = versionOf(inner);
  if (version === undefined || !(isHook || flow.endsWith(String(version)))) return false;
  const protocol = inner.bytes[ETHERNET_BYTES + PROTOCOL_AT[version]];
  return protocol === PROTOCOLS[flow.startsWith('tcp') ? 'tcp' : 'udp'];
}

/** The version of IP that the ethertype says; undefined: it says another, such as that of a tag. */
function versionOf({ bytes }: Frame): 4 | 6 | undefined {
  return ([4, 6] as const).find(
    (version) =>
      bytes.length >= ETHERNET_BYTES + IP_BYTES[version] && bytes.readUInt16BE(ETHERNET_BYTES - 2) === TYPES[version],
  );
}

/** The frame after a deed that changes it; undefined: nobody knows it. */
export function changed(frame: Frame, deed: Change): Frame | undefined {
  switch (deed.deed) {
    case 'unknown':
      return undefined;
    case 'push':
      return tagged(frame, deed.id);
    case 'pop':
      return tagOf(frame) === undefined ? frame : untagged(frame);
    case 'swap':
      return swapped(frame);
    case 'csum':
      return frame.isOdd ? undefined : summed(frame);
    case 'set':
      return set(frame, deed.offset, deed.value);
    case 'xdp':
      return metByXdp(frame, deed);
    case 'bpf':
      return frame.bytes.length + deed.bytes > BPF_MAX_BYTES
        ? undefined
        : edited(frame, deed.edit, deed.bytes, deed.value);
  }
}

function swapped(frame: Frame): Frame {
  const [to, from] = [frame.bytes.subarray(0, ADDRESS_BYTES), frame.bytes.subarray(ADDRESS_BYTES, 2 * ADDRESS_BYTES)];
  return replaced(frame, 0, 2 * ADDRESS_BYTES, Buffer.concat([from, to]));
}

/** Headers with the right checksums. */
function summed(frame: Frame): Frame | undefined {
  const { layers, payload, trailer } = parsePacket(frame.bytes, 'ethernet', {});
  const last = layers.at(-1);
  if (last?.layer !== 'tcp' && last?.layer !== 'udp') return undefined;
  const right = layers.map((layer) => ({ ...layer, checksum: undefined }) as Layer);
  return { ...frame, bytes: Buffer.concat([packetBytes(right, payload), trailer]) };
}

/** The tag that stands beside the bytes of a frame in the kernel, so that offsets do not count it. */
const besideOf = (frame: Frame): number => (tagOf(frame) === undefined ? 0 : TAG_BYTES);

/** Offsets count from the network header (tcf_pedit_act). Nothing behind the end is written. */
function set(frame: Frame, offset: number, value: number): Frame {
  const at = ETHERNET_BYTES + besideOf(frame) + offset;
  if (at + SET_BYTES > frame.bytes.length) return frame;
  const isHeader = offset < HEADERS_BYTES - ETHERNET_BYTES;
  return { ...replaced(frame, at, SET_BYTES, setBytes(value)), isOdd: frame.isOdd || isHeader };
}

/** A canned program of BPF: src/commands/outside/tc/bpf_edits.ts. The kernel refuses what does not fit. */
function edited(frame: Frame, edit: BpfEditWord, bytes: number, value: number): Frame | undefined {
  const beside = besideOf(frame);
  const length = frame.bytes.length - beside;
  const offset = HEADERS_BYTES + bytes;
  switch (edit) {
    case 'head': {
      // A tag stays behind the first twelve bytes, which are others now.
      if (beside > 0) return undefined;
      return { ...replaced(frame, 0, 0, Buffer.alloc(bytes)), isOdd: frame.isOdd || bytes > 0 };
    }
    case 'tail': {
      const missing = offset - length;
      const tail = missing > 0 ? Buffer.concat([frame.bytes, Buffer.alloc(missing)]) : frame.bytes;
      return { ...frame, bytes: tail.subarray(0, offset + beside), isOdd: frame.isOdd || missing !== 0 };
    }
    case 'store':
    case 'write':
      if (offset + WRITTEN_BYTES > length) return frame;
      return replaced(frame, offset + beside, WRITTEN_BYTES, writtenBytes(value));
    case 'push':
      return tagged(frame, Math.max(1, value));
    case 'pop':
      return beside === 0 ? frame : untagged(frame);
    case 'grow_net':
    case 'shrink_net':
    case 'grow_mac':
    case 'shrink_mac':
      return roomed(frame, edit, bytes);
    default:
      return frame;
  }
}

/** A canned program of XDP: bpf_xdp_adjust_head, bpf_xdp_adjust_tail and bpf_xdp_store_bytes of net/core/filter.c. */
function metByXdp(frame: Frame, { edit, bytes, value }: Extract<Change, { deed: 'xdp' }>): Frame | undefined {
  const { length } = frame.bytes;
  // The program does not see a tag that stands beside the bytes.
  if (edit !== 'none' && tagOf(frame) !== undefined) return undefined;
  switch (edit) {
    case 'none':
      return frame;
    case 'swap':
      return swapped(frame);
    case 'store': {
      const at = XDP_STORE_AT + bytes;
      return at + WRITTEN_BYTES > length ? frame : replaced(frame, at, WRITTEN_BYTES, writtenBytes(value));
    }
    case 'shorter_tail':
      if (length - bytes < ETHERNET_BYTES) return frame;
      return { ...frame, bytes: frame.bytes.subarray(0, length - bytes), isOdd: true };
    case 'shorter_head':
      if (length - bytes < ETHERNET_BYTES) return frame;
      return { ...frame, bytes: frame.bytes.subarray(bytes), isOdd: true };
  }
}

/** bpf_skb_adjust_room of net/core/filter.c: zeros come, or bytes go, behind the header of Ethernet or of IP. */
function roomed(frame: Frame, edit: BpfEditWord, bytes: number): Frame | undefined {
  if (frame.isOdd) return undefined;
  const beside = besideOf(frame);
  const inner = beside === 0 ? frame : untagged(frame);
  const version = versionOf(inner);
  // It takes packets of IP alone, and of two tags the inner one is in the way.
  if (version === undefined || bytes === 0 || bytes > ROOM_MAX_BYTES) return frame;
  const at = ETHERNET_BYTES + beside + (edit.endsWith('net') ? IP_BYTES[version] : 0);
  if (edit.startsWith('grow')) return { ...replaced(frame, at, 0, Buffer.alloc(bytes)), isOdd: true };
  const left = inner.bytes.length - ETHERNET_BYTES - bytes;
  if (left < IP_BYTES[version] || at + bytes > frame.bytes.length) return frame;
  return { ...replaced(frame, at, bytes, Buffer.alloc(0)), isOdd: true };
}
