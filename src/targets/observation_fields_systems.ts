import { napiFields } from './observation_fields_napi';
import type { FieldReader } from './observation_fields';
import { MVNETA_FIELDS } from './observation_fields_mvneta';
import { XDP_FIELDS } from './observation_fields_xdp';

/** By the digit of a kind: names the words of an object of one of the systems around the core, as observe_systems.ts writes them. */
export const SYSTEM_FIELDS: Record<number, (reader: FieldReader, id: number) => void> = {
  // By system.
  ...XDP_FIELDS,
  ...MVNETA_FIELDS,
  9: napiFields,
};
