import { DmaTable } from './dma_table';

export const DMA_BIDIRECTIONAL = 0;
export const DMA_TO_DEVICE = 1;
export const DMA_FROM_DEVICE = 2;

/** A device that does DMA. Its mapping table is the truth that page fields are checked against. */
export class Device {
  id = 0;
  gone = false;
  /** Mappings by DMA address. */
  readonly mappings = new DmaTable();
  /** How many of the mappings are of kmalloc objects, which have no page of the model. */
  objectMappings = 0;
  maps = 0;
  unmaps = 0;
  syncsForDevice = 0;
  syncsForCpu = 0;
  /**
   * The address of the next mapping. An address is used only once, and 0 never, so an unmap of an old address cannot
   * meet a new mapping.
   */
  nextAddress = 0x1000;
  /** Position in world.devices. */
  index = 0;
}
