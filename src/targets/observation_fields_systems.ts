import { readNetdev, readUmem, readXsk } from './observation_fields_xsk';
import type { FieldReader } from './observation_fields';

/** By the digit of a kind: names the words of an object of one of the systems around the core, as observe_systems.ts writes them. */
export const SYSTEM_FIELDS: Record<number, (reader: FieldReader, id: number) => void> = {
  14: readNetdev,
  15: readUmem,
  16: readXsk,
};
