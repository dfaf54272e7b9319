/**
 * Payload as the commands expect it: pairs of (start in the pattern, length), flat and immutable. The commands build it
 * from the meaning of a call, so that the `bytes` invariant has something to compare memory with.
 */
export type Payload = readonly number[];

export const EMPTY_PAYLOAD: Payload = [];

export function payloadLength(payload: Payload): number {
  let length = 0;
  for (let i = 1; i < payload.length; i += 2) length += payload[i];
  return length;
}

export function concatPayload(a: Payload, b: Payload): Payload {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  return [...a, ...b];
}

/** Bytes [from, from + length) of a payload. */
export function slicePayload(payload: Payload, from: number, length: number): Payload {
  const slice: number[] = [];
  let skip = from;
  let left = length;
  for (let i = 0; i < payload.length && left > 0; i += 2) {
    const spanLength = payload[i + 1];
    if (skip >= spanLength) {
      skip -= spanLength;
      continue;
    }
    const taken = Math.min(spanLength - skip, left);
    slice.push(payload[i] + skip, taken);
    left -= taken;
    skip = 0;
  }
  return slice;
}
