import type { World } from '../../world/world';

/*
 * Internet checksums as the kernel computes them on a little-endian machine: 16-bit words in memory order, ones'
 * complement. A sum that is not zero never folds to zero, so any order of adding gives the same.
 */

export function get16(world: World, address: number): number {
  return world.memory.view.getUint16(address, true);
}

/** Writes a header field. As with any write, other holders must not see the bytes. */
export function put16(world: World, address: number, value: number): void {
  world.memory.view.setUint16(address, value, true);
  world.memory.writes.push(address, 2);
}

/** Converts between host order and network order, the order of header fields. */
export function htons(value: number): number {
  return ((value & 0xff) << 8) | ((value >>> 8) & 0xff);
}

/** Returns the sum of a and b, folded to 16 bits: ~csum_fold(csum_add(a, b)). */
export function foldedSum(a: number, b: number): number {
  let sum = a + b;
  while (sum > 0xffff) sum = Math.floor(sum / 0x10000) + (sum % 0x10000);
  return sum;
}

/** (__force __wsum)htonl(value). */
export function htonl(value: number): number {
  const v = value >>> 0;
  return (((v & 0xff) << 24) | ((v & 0xff00) << 8) | ((v >>> 8) & 0xff00) | (v >>> 24)) >>> 0;
}

/** Adds the bytes of stretches that follow each other: a stretch of odd length shifts the next. */
export class Checksum {
  private sum = 0;
  private odd = false;

  add(world: World, address: number, length: number): void {
    const { bytes } = world.memory;
    for (let i = 0; i < length; i++) {
      this.sum += this.odd ? bytes[address + i] << 8 : bytes[address + i];
      this.odd = !this.odd;
    }
  }

  /** csum_fold(): the complement. */
  fold(): number {
    return ~foldedSum(this.sum, 0) & 0xffff;
  }
}
