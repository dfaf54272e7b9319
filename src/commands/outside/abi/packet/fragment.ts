import { packetBytes } from './build';
import type { Layer } from './layer';
import { protocolOf } from './number';

/** A piece of a datagram. */
export interface FragmentPiece {
  /** Offset into the part that is cut, in bytes; rounded down to a multiple of 8. */
  readonly at: number;
  readonly bytes: number;
  /** More fragments follow; default: unless it reaches the end. */
  readonly more?: boolean;
}

/** Where the part that can be cut begins: RFC 8200 4.5. */
function cutFrom(layers: readonly Layer[]): number {
  const ipAt = layers.findIndex(({ layer }) => layer === 'ipv4' || layer === 'ipv6');
  let at = ipAt + 1;
  while (layers[ipAt]?.layer === 'ipv6' && (layers[at]?.layer === 'hop-by-hop' || layers[at]?.layer === 'routing'))
    at++;
  return at;
}

/**
 * Fragments of a datagram, in the order of the pieces; they may overlap, and leave holes.
 * @param layers - from IP, or from a header around it, to the innermost
 * @param payload - data of the datagram
 * @param pieces - cuts of all behind the IP header, or behind headers of IPv6 that each fragment has
 * @param id - 16 bits of IPv4, 32 of IPv6
 */
export function fragmentsOf(
  layers: readonly Layer[],
  payload: Buffer,
  pieces: readonly FragmentPiece[],
  id: number,
): Buffer[] {
  const from = cutFrom(layers);
  const whole = packetBytes(layers, payload);
  const cut = whole.subarray(whole.length - bytesFrom(layers, payload, from));
  return pieces.map(({ at, bytes, more }) => {
    const offset = at & ~7;
    const data = cut.subarray(offset, offset + bytes);
    const mf = more ?? offset + data.length < cut.length;
    return packetBytes(fragmentLayers(layers, from, { offset, mf, id }), data);
  });
}

/** Length of the layers from a position on, and of the data. */
const bytesFrom = (layers: readonly Layer[], payload: Buffer, from: number): number =>
  packetBytes(layers.slice(from), payload).length;

/** The headers of one fragment. */
function fragmentLayers(
  layers: readonly Layer[],
  from: number,
  fields: { readonly offset: number; readonly mf: boolean; readonly id: number },
): Layer[] {
  const protocol = protocolOf(layers[from]);
  const outer = layers.slice(0, from);
  const last = outer.at(-1);
  if (last?.layer === 'ipv4')
    return [...outer.slice(0, -1), { ...last, ...fields, protocol: last.protocol ?? protocol }];
  return [...outer, { layer: 'fragment', ...fields, nextHeader: protocol }];
}

/** Pieces of equal length that cover so many bytes. */
export const evenPieces = (total: number, bytes: number): FragmentPiece[] =>
  Array.from({ length: Math.ceil(total / bytes) }, (_, index) => ({ at: index * bytes, bytes }));
