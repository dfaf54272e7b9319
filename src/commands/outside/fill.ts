import type { CallMemory } from './call_memory';
import type { FillStep } from './step';

/** An odd number, so that no two calls of a program have the same seed (Knuth's multiplicative hash). */
const SEED_STEP = 0x9e3779b1;

/** The seed of the bytes that a call sends. Each call sends bytes of its own, so the judge knows whose they are. */
export function fillSeed(position: number): number {
  return Math.imul(position + 1, SEED_STEP) >>> 0;
}

/** A step that fills a new buffer of a call with the call's own bytes. */
export function fillStep(memory: CallMemory, bytes: number): FillStep {
  return { op: 'fill', at: memory.take(bytes), bytes, seed: fillSeed(memory.position) };
}
