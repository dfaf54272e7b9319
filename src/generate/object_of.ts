import type { CpuMapEntry } from '../model/structs/cpu_map_entry';
import type { Device } from '../model/structs/device';
import type { MvnetaPort } from '../model/structs/mvneta_port';
import type { Napi } from '../model/structs/napi';
import type { NetDev } from '../model/structs/netdev';
import type { DmaMapping, PageRef } from '../model/structs/page';
import type { PageFragCache } from '../model/structs/page_frag_cache';
import type { PagePool } from '../model/structs/page_pool';
import type { Pipe } from '../model/structs/pipe';
import type { SkBuff } from '../model/structs/sk_buff';
import type { Sock } from '../model/structs/sock';
import type { TmpFile } from '../model/structs/tmp_file';
import type { Uarg } from '../model/structs/uarg';
import type { Umem } from '../model/structs/umem';
import type { UserMapping } from '../model/structs/user_mapping';
import type { XdpBuff } from '../model/structs/xdp_buff';
import type { XdpFrame } from '../model/structs/xdp_frame';
import type { XdpRxqInfo } from '../model/structs/xdp_rxq_info';
import type { XdpSock } from '../model/structs/xdp_sock';
import type { Kind } from '../model/world/world';

/** The object that a name of each kind holds. */
export interface ObjectOf {
  skb: SkBuff;
  page: PageRef;
  pool: PagePool;
  device: Device;
  sock: Sock;
  uarg: Uarg;
  frag_cache: PageFragCache;
  mapping: DmaMapping;
  napi: Napi;
  rxq: XdpRxqInfo;
  xdp: XdpBuff;
  frame: XdpFrame;
  cpumap: CpuMapEntry;
  netdev: NetDev;
  umem: Umem;
  xsk: XdpSock;
  pipe: Pipe;
  mm: UserMapping;
  file: TmpFile;
  port: MvnetaPort;
}

/** A name of one of the kinds K and its object. */
export type Named<K extends Kind> = {
  [P in K]: { readonly id: number; readonly kind: P; readonly object: ObjectOf[P] };
}[K];
