import { ABI_OPTIONS, ABI_SIZES, type AbiSize } from '../../protocol/abi_keys';

/** A guest's statements about the kernel that it runs, in the kernel's own units (bytes unless named otherwise). */
export interface GuestAbi extends Readonly<Record<AbiSize, number>> {
  readonly release: string;
  readonly kmallocBuckets: readonly number[];
  /** Names of the options that the kernel was built with, of those that matter here. */
  readonly options: readonly string[];
}

/**
 * Reads the payload of the reply to HELLO. Keys that this side does not know are skipped.
 * @param payload - as kernel/link/hello.c writes it
 */
export function decodeHello(payload: Buffer): GuestAbi {
  let offset = 0;
  const word = (): number => {
    const value = payload.readUInt32LE(offset);
    offset += 4;
    return value;
  };
  const values = new Map<number, number>();
  for (let left = word(); left > 0; left--) {
    const key = word();
    values.set(key, word());
  }
  const kmallocBuckets: number[] = [];
  for (let left = word(); left > 0; left--) kmallocBuckets.push(word());
  const releaseBytes = word();
  const release = payload.toString('latin1', offset, offset + releaseBytes);
  const sizes = Object.entries(ABI_SIZES).map(([name, { key }]) => [name, values.get(key) ?? 0]);
  const options = Object.entries(ABI_OPTIONS).filter(([, key]) => values.get(key) === 1);
  return {
    ...(Object.fromEntries(sizes) as Record<AbiSize, number>),
    release,
    kmallocBuckets,
    options: options.map(([name]) => name),
  };
}
