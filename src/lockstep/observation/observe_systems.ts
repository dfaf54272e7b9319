import type { SystemKind } from '../../model/world/systems';
import { MVNETA_OBSERVERS } from './observe_mvneta';
import { XDP_OBSERVERS } from './observe_xdp';
import { observeNapi } from './observe_napi';
import { observeFile, observeMapping, observePipe } from './observe_splice';
import { observeNetdev, observeUmem, observeXsk } from './observe_xsk';
import type { SystemObserver } from './system_observer';

/**
 * How the objects of the systems around the core are observed. The kind's digit is its position in KINDS plus one, as in
 * kernel/skbcheck_objects.h.
 */
export const SYSTEM_OBSERVERS: Partial<Record<SystemKind, SystemObserver>> = {
  // By system.
  ...XDP_OBSERVERS,
  ...MVNETA_OBSERVERS,
  napi: observeNapi,
  pipe: observePipe,
  mm: observeMapping,
  file: observeFile,
  netdev: observeNetdev,
  umem: observeUmem,
  xsk: observeXsk,
};
