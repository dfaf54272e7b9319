// The sizes that a kernel states about itself reach the model.

import { kernelSizes } from '../src/export/kernel_sizes';
import { ABI_SIZES, type AbiSize } from '../src/protocol/abi_keys';
import { PROFILES } from '../src/rules/profiles';
import { abiOfGuest } from '../src/targets/linux/abi';
import { decodeHello } from '../src/targets/linux/hello';

/** A reply to HELLO in which each size is 1000 and its key. */
function helloOfKeys(): Buffer {
  const pairs = Object.values(ABI_SIZES).flatMap(({ key }) => [key, 1000 + key]);
  return Buffer.from(new Uint32Array([pairs.length / 2, ...pairs, 0, 0]).buffer);
}

test('each size that a kernel states is a size of the model, and none comes from the profile', () => {
  const abi = abiOfGuest(decodeHello(helloOfKeys()), PROFILES[0].abi);
  const sizes = kernelSizes(abi, { failsAllocations: false, showsMappings: false });
  expect(sizes.map(({ value }) => value)).toEqual(sizes.map(({ key }) => 1000 + key));
});

test('a size that no key states comes as 0', () => {
  const guest = decodeHello(Buffer.from(new Uint32Array([0, 0, 0]).buffer));
  const names = Object.keys(ABI_SIZES) as AbiSize[];
  expect(names.filter((name) => guest[name] !== 0)).toEqual([]);
});
