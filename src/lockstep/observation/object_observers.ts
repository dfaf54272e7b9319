import { KERNEL_KINDS, type KernelKind } from '../../model/world/kinds';
import { objectTag } from '../../protocol/kinds';
import type { ObjectObserver } from './object_observer';
import { CORE_OBSERVERS } from './observe_core';
import { MVNETA_OBSERVERS } from './observe_mvneta';
import { NAPI_OBSERVERS } from './observe_napi';
import { SPLICE_OBSERVERS } from './observe_splice';
import { XDP_OBSERVERS } from './observe_xdp';
import { XSK_OBSERVERS } from './observe_xsk';

/** How the objects of each kind are observed. */
const WRITERS: Readonly<Record<KernelKind, ObjectObserver>> = {
  ...CORE_OBSERVERS,
  ...NAPI_OBSERVERS,
  ...XDP_OBSERVERS,
  ...XSK_OBSERVERS,
  ...SPLICE_OBSERVERS,
  ...MVNETA_OBSERVERS,
};

interface KindObserver {
  /** The word that begins an object of the kind, without the handle. */
  readonly tag: number;
  readonly write: ObjectObserver;
}

/** In the order of KERNEL_KINDS. */
export const OBSERVERS: readonly KindObserver[] = KERNEL_KINDS.map((kind) => ({
  tag: objectTag(kind, 0),
  write: WRITERS[kind],
}));
