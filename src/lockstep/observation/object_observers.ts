import type { Kind } from '../../model/world/world';
import { KINDS_BY_DIGIT, objectTag } from '../../protocol/kinds';
import type { ObjectObserver } from './object_observer';
import * as core from './observe_core';
import { observePort } from './observe_mvneta';
import { observeNapi } from './observe_napi';
import { observeFile, observeMm, observePipe } from './observe_splice';
import { observeCpumap, observeFrame, observeRxq, observeXdp } from './observe_xdp';
import { observeNetdev, observeUmem, observeXsk } from './observe_xsk';

/** How the objects of each kind are observed. */
const WRITERS: Readonly<Record<Kind, ObjectObserver>> = {
  skb: core.observeSkb,
  page: core.observePage,
  pool: core.observePool,
  device: core.observeDevice,
  sock: core.observeSock,
  uarg: core.observeUarg,
  frag_cache: core.observeFragCache,
  mapping: core.observeMapping,
  napi: observeNapi,
  rxq: observeRxq,
  xdp: observeXdp,
  frame: observeFrame,
  cpumap: observeCpumap,
  netdev: observeNetdev,
  umem: observeUmem,
  xsk: observeXsk,
  pipe: observePipe,
  mm: observeMm,
  file: observeFile,
  port: observePort,
};

interface KindObserver {
  /** The word that begins an object of the kind, without the handle. */
  readonly tag: number;
  readonly write: ObjectObserver;
}

export const OBSERVERS = Object.fromEntries(
  KINDS_BY_DIGIT.map((kind): [Kind, KindObserver] => [kind, { tag: objectTag(kind, 0), write: WRITERS[kind] }]),
) as Readonly<Record<Kind, KindObserver>>;
