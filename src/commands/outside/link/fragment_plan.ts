import { fragmentsOf, type FragmentPiece } from '../abi/packet/fragment';
import type { Layer } from '../abi/packet/layer';

/** The order in which the fragments of a datagram are written. */
export const ORDER_WORDS = ['forward', 'backward', 'odd_first', 'last_first'] as const;
/**
 * tiny: the first fragment has the header of UDP alone. duplicate: one comes twice. overlap: one more has bytes of two
 * others, with other values. hole: one is missing. early_end: one in the middle says that it is the last.
 */
export const FRAGMENT_FLAW_WORDS = ['none', 'tiny', 'duplicate', 'overlap', 'hole', 'early_end'] as const;
export type FragmentFlaw = (typeof FRAGMENT_FLAW_WORDS)[number];

const UDP_BYTES = 8;
const UNIT_BYTES = 8;
const PIECES_MAX = 40;

/** Numbers of a datagram that is written in fragments. */
export interface FragmentArgs {
  /** Bytes of data. */
  readonly size: number;
  /** Bytes of a fragment, behind its headers. */
  readonly piece: number;
  readonly order: number;
  readonly flaw: number;
}

/** A datagram in fragments. */
export interface FragmentPlan {
  /** In the order of writing. */
  readonly fragments: readonly Buffer[];
  /** Those who get all fragments have the datagram: yes, nobody knows (the kernel drops what overlaps), or no. */
  readonly isWhole: 'yes' | 'perhaps' | 'no';
  /** The data of one more packet, which are not those of the datagram; null: there is none. */
  readonly extra: Buffer | null;
}

/**
 * The fragments of a datagram of UDP.
 * @param layers - from IP, or from Ethernet
 * @param id - of IP, of this datagram alone
 */
export function planFragments(layers: readonly Layer[], data: Buffer, args: FragmentArgs, id: number): FragmentPlan {
  const plain = inOrder(evenPieces(args), ORDER_WORDS[args.order]);
  const middle = plain.length >> 1;
  const make = (pieces: readonly FragmentPiece[], bytes = data): Buffer[] => fragmentsOf(layers, bytes, pieces, id);
  // One piece has no middle, and nothing that it could miss.
  const flaw = plain.length < 2 ? 'none' : FRAGMENT_FLAW_WORDS[args.flaw];
  switch (flaw) {
    case 'none':
    case 'tiny':
      return { fragments: make(plain), isWhole: 'yes', extra: null };
    case 'duplicate':
      return { fragments: make([...plain.slice(0, middle + 1), ...plain.slice(middle)]), isWhole: 'yes', extra: null };
    case 'hole':
      return { fragments: make(plain.filter((_, at) => at !== middle)), isWhole: 'no', extra: null };
    case 'early_end': {
      const at = earlyOf(plain);
      return {
        fragments: make(plain.map((one, i) => (i === at ? { ...one, more: false } : one))),
        isWhole: 'no',
        // The first piece says that it is a whole packet.
        extra: plain[at].at === 0 ? data.subarray(0, plain[at].bytes - UDP_BYTES) : null,
      };
    }
    case 'overlap': {
      const piece = overlapping(plain);
      const others = Buffer.from(data.map((byte) => byte ^ 0xff));
      const own = make(plain);
      return {
        fragments: [...own.slice(0, middle), ...make([piece], others), ...own.slice(middle)],
        isWhole: 'perhaps',
        extra: others.subarray(Math.max(0, piece.at - UDP_BYTES), piece.at - UDP_BYTES + piece.bytes),
      };
    }
  }
}

/** Pieces of equal length; with `tiny` the first has the header alone. */
function evenPieces({ size, piece, flaw }: FragmentArgs): FragmentPiece[] {
  const total = UDP_BYTES + size;
  const first = FRAGMENT_FLAW_WORDS[flaw] === 'tiny' ? UDP_BYTES : 0;
  const least = Math.ceil((total - first) / (PIECES_MAX - 1));
  const bytes = Math.ceil(Math.max(UNIT_BYTES, piece, least) / UNIT_BYTES) * UNIT_BYTES;
  const rest = Array.from({ length: Math.ceil((total - first) / bytes) }, (_, at) => ({
    at: first + at * bytes,
    bytes,
  }));
  return first === 0 ? rest : [{ at: 0, bytes: first }, ...rest];
}

function inOrder(pieces: readonly FragmentPiece[], order: (typeof ORDER_WORDS)[number]): FragmentPiece[] {
  switch (order) {
    case 'forward':
      return [...pieces];
    case 'backward':
      return [...pieces].reverse();
    case 'odd_first':
      return [...pieces.filter((_, at) => at % 2 === 1), ...pieces.filter((_, at) => at % 2 === 0)];
    case 'last_first':
      return [...pieces.slice(-1), ...pieces.slice(0, -1)];
  }
}

/** Position of a piece that is not the last of the datagram. */
function earlyOf(pieces: readonly FragmentPiece[]): number {
  const last = Math.max(...pieces.map(({ at }) => at));
  const middle = pieces.length >> 1;
  return pieces[middle].at === last ? middle - 1 : middle;
}

/** A piece that begins in one, and ends in the next. */
function overlapping(pieces: readonly FragmentPiece[]): FragmentPiece {
  const [first, second] = [...pieces].sort((one, other) => one.at - other.at);
  return { at: Math.max(first.at, second.at - UNIT_BYTES), bytes: 2 * UNIT_BYTES, more: true };
}
