import type { KernelFunction } from './symbols';

/** An instruction as objdump prints it: address, mnemonic, operand. */
const INSTRUCTION = /^\s*([0-9a-f]{8,16}):\t(\S+)[^\S\n]*(?:0x([0-9a-f]+))?/gm;
const JUMP = /^j[a-z]+$/;
const FILLING = /^(int3|nop[lw]?|xchg|cs|data16)$/;

/**
 * The beginnings of the basic blocks of a function: targets of its jumps, and the instructions behind conditional ones.
 * @param listing - objdump -d --no-show-raw-insn of all its parts
 * @param parts - its own first
 */
export function blocksOf(listing: string, parts: readonly KernelFunction[]): bigint[] {
  const instructions = [...listing.matchAll(INSTRUCTION)].map(([, at, name, target]) => ({
    at: BigInt(`0x${at}`),
    name,
    target: target === undefined ? undefined : BigInt(`0x${target}`),
  }));
  const isInside = (address: bigint): boolean =>
    parts.some(({ address: from, end }) => address >= from && address < end);
  const starts = new Set<bigint>();
  instructions.forEach(({ name, target }, at) => {
    if (!JUMP.test(name)) return;
    if (target !== undefined && isInside(target)) starts.add(target);
    const next = instructions.at(at + 1);
    if (name !== 'jmp' && next !== undefined && !FILLING.test(next.name)) starts.add(next.at);
  });
  starts.delete(parts[0].address);
  const known = new Set(instructions.map(({ at }) => at));
  return [...starts].filter((start) => known.has(start)).sort((one, other) => (one < other ? -1 : 1));
}
