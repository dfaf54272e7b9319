import type { CoreKind, KernelKind, SystemKind } from '../../model/world/kinds';
import { checkDevices, DMA_MAPPED_ONCE } from '../dma_mapped_once';
import { checkReadableFrags, DMA_OWNERSHIP } from '../dma_ownership';
import { checkCounters, MVNETA_COUNTERS } from '../mvneta_counters';
import { checkUserPages, NO_SHARED_WRITE } from '../no_shared_write';
import { checkPoolSlots, RETURNS_TO_ITS_POOL } from '../returns_to_its_pool';
import { SOCKET_CHARGE } from '../socket_charge';
import { holdsNothing } from '../walk/walk';
import * as core from '../walk/walk_core';
import { walkPorts } from '../walk/walk_mvneta';
import { walkNapis } from '../walk/walk_napis';
import { walkFiles, walkPipes, walkUserMappings } from '../walk/walk_splice';
import { walkCpuMaps, walkFrames, walkRxqs, walkXdpBuffs } from '../walk/walk_xdp';
import { walkNetdevs, walkUmems, walkXdpSocks } from '../walk/walk_xsk';
import { checkSockets, XSK_COMPLETION } from '../xsk_completion';
import { checkDeferred } from './check_deferred';
import { NAPI_CHECKS } from './check_napis';
import { FILE_CHECKS, PIPE_CHECKS, USER_MAPPING_CHECKS } from './check_splice';
import { CPUMAP_CHECKS, FRAME_CHECKS, XDP_BUFF_CHECKS } from './check_xdp';
import { UMEM_CHECKS } from './check_umems';
import type { KindRecord } from './kind_record';

/**
 * The record of each kind, of the core and of the systems. Walks and each invariant's checks follow this order, so it
 * decides which of several violations names a finding.
 */
const KIND_TABLE: Record<KernelKind, KindRecord> = {
  page: { walk: core.walkPageNames, checks: [] },
  mapping: { walk: core.walkMappingNames, checks: [] },
  skb: {
    walk: core.walkSkbs,
    checks: [
      { invariant: DMA_OWNERSHIP, check: checkReadableFrags },
      { invariant: SOCKET_CHARGE, check: checkDeferred },
    ],
  },
  uarg: { walk: core.walkUargs, checks: [{ invariant: NO_SHARED_WRITE, check: checkUserPages }] },
  pool: { walk: core.walkPools, checks: [{ invariant: RETURNS_TO_ITS_POOL, check: checkPoolSlots }] },
  sock: { walk: core.walkSocks, checks: [] },
  frag_cache: { walk: core.walkFragCaches, checks: [] },
  device: { walk: holdsNothing, checks: [{ invariant: DMA_MAPPED_ONCE, check: checkDevices }] },
  xdp: { walk: walkXdpBuffs, checks: XDP_BUFF_CHECKS },
  frame: { walk: walkFrames, checks: FRAME_CHECKS },
  rxq: { walk: walkRxqs, checks: [] },
  cpumap: { walk: walkCpuMaps, checks: CPUMAP_CHECKS },
  port: { walk: walkPorts, checks: [{ invariant: MVNETA_COUNTERS, check: checkCounters }] },
  pipe: { walk: walkPipes, checks: PIPE_CHECKS },
  file: { walk: walkFiles, checks: FILE_CHECKS },
  mm: { walk: walkUserMappings, checks: USER_MAPPING_CHECKS },
  napi: { walk: walkNapis, checks: NAPI_CHECKS },
  umem: { walk: walkUmems, checks: UMEM_CHECKS },
  xsk: { walk: walkXdpSocks, checks: [{ invariant: XSK_COMPLETION, check: checkSockets }] },
  netdev: { walk: walkNetdevs, checks: [] },
};

const { page, mapping, skb, uarg, pool, sock, frag_cache, device, ...systems } = KIND_TABLE;

/** Every world has objects of these kinds. */
export const CORE: Record<CoreKind, KindRecord> = { page, mapping, skb, uarg, pool, sock, frag_cache, device };
export const CORE_RECORDS: readonly KindRecord[] = Object.values(CORE);

/** Kinds of the systems around the core: a world in which `systems.live` is 0 has no object of theirs. */
export const SYSTEMS: Record<SystemKind, KindRecord> = systems;
export const SYSTEM_RECORDS: readonly KindRecord[] = Object.values(SYSTEMS);
