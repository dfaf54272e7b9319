import { CORE, SYSTEMS } from '../../invariants/kinds/kind_table';
import { holdsNothing } from '../../invariants/walk/walk';
import { KERNEL_KINDS, type KernelKind } from '../../model/world/kinds';
import { CORE_REFERENCES, type CollectReferences } from './core_references';
import { SYSTEM_REFERENCES } from './system_references';

const REFERENCES: { readonly [K in KernelKind]?: CollectReferences } = { ...CORE_REFERENCES, ...SYSTEM_REFERENCES };
const RECORDS = { ...CORE, ...SYSTEMS };

/**
 * The collectors of all kinds whose objects hold references.
 * @throws Error when the invariants walk a kind of which src/why knows no references
 */
export const COLLECTORS: readonly CollectReferences[] = KERNEL_KINDS.flatMap((kind) => {
  const collect = REFERENCES[kind];
  if (collect !== undefined) return [collect];
  if (RECORDS[kind].walk === holdsNothing) return [];
  throw new Error(`the kind ${kind} holds references, but src/why/references/ does not collect them`);
});
