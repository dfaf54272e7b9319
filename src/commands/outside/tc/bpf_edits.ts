import type { SkbEdit } from '../abi/bpf/skb_edit';
import { ETH_P_8021Q } from '../abi/uapi/devices';

/** A change that a canned program makes: bpf-helpers(7). The kernel refuses some, and the program goes on. */
export const BPF_EDIT_WORDS = [
  ...(['none', 'grow_net', 'shrink_net', 'grow_mac', 'shrink_mac', 'head', 'tail'] as const),
  ...(['pull', 'store', 'write', 'push', 'pop', 'clone', 'clone_out'] as const),
] as const;
export type BpfEditWord = (typeof BPF_EDIT_WORDS)[number];

/** Bytes that `store` and `write` write. */
export const WRITTEN_BYTES = 4;
/** No change is behind so many bytes of a frame: the headers of Ethernet, IPv6 and TCP, which say lengths. */
export const HEADERS_BYTES = 14 + 40 + 20;

/** Numbers of a change. */
export interface BpfNumbers {
  /** Bytes that come or go; of `tail` the new length, of `store` and `write` the place behind the headers. */
  readonly bytes: number;
  /** Of `push`: the VLAN. Of `store` and `write`: the byte. */
  readonly value: number;
}

/** The byte of a value, in each of the bytes that are written. */
export const writtenBytes = (value: number): Buffer => Buffer.alloc(WRITTEN_BYTES, value & 255);

/**
 * Changes of a word, one after the other.
 * @param ifindex - of the device that a clone goes to
 */
export function editsOf(word: BpfEditWord, { bytes, value }: BpfNumbers, ifindex: number): SkbEdit[] {
  const room = (by: number, at: 'net' | 'mac'): SkbEdit[] => [{ edit: 'adjust-room', bytes: by, at, flags: 0 }];
  const offset = HEADERS_BYTES + bytes;
  switch (word) {
    case 'none':
      return [];
    case 'grow_net':
    case 'grow_mac':
      return room(bytes, word === 'grow_net' ? 'net' : 'mac');
    case 'shrink_net':
    case 'shrink_mac':
      return room(-bytes, word === 'shrink_net' ? 'net' : 'mac');
    case 'head':
      return [{ edit: 'change-head', bytes }];
    case 'tail':
      return [{ edit: 'change-tail', length: HEADERS_BYTES + bytes }];
    case 'pull':
      return [{ edit: 'pull', bytes }];
    case 'store':
      return [{ edit: 'store', offset, bytes: writtenBytes(value) }];
    case 'write':
      return [
        { edit: 'pull', bytes: offset + WRITTEN_BYTES },
        { edit: 'write', offset, value: writtenBytes(value).readInt32LE(0) },
      ];
    case 'push':
      return [{ edit: 'vlan-push', protocol: ETH_P_8021Q, tci: Math.max(1, value) }];
    case 'pop':
      return [{ edit: 'vlan-pop' }];
    case 'clone':
    case 'clone_out':
      return [{ edit: 'clone', ifindex, ingress: word === 'clone_out' }];
  }
}
