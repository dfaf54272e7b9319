import type { DmaMapping } from './page';

/** Addresses are multiples of the page size, which is this or more. */
const SLOT_SHIFT = 12;

/**
 * A device's mappings by DMA address. It is an array and no Map, because a pool maps 64 pages at a time, and the
 * addresses of one device follow each other.
 */
export class DmaTable {
  /** Live mappings. */
  size = 0;
  private readonly slots: (DmaMapping | null)[] = [];

  get(address: number): DmaMapping | undefined {
    const mapping = this.slots[address >>> SLOT_SHIFT] as DmaMapping | null | undefined;
    return mapping !== undefined && mapping !== null && mapping.address === address ? mapping : undefined;
  }

  /** Live mappings, by address. */
  all(): DmaMapping[] {
    return this.slots.filter((mapping) => mapping !== null);
  }

  add(mapping: DmaMapping): void {
    const slot = mapping.address >>> SLOT_SHIFT;
    while (this.slots.length <= slot) this.slots.push(null);
    this.slots[slot] = mapping;
    this.size++;
  }

  remove(mapping: DmaMapping): void {
    this.slots[mapping.address >>> SLOT_SHIFT] = null;
    this.size--;
  }
}
