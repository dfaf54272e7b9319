import { clearList } from '../lib/clear_list';
import type { Napi } from '../structs/napi';
import type { NetDev } from '../structs/netdev';
import type { Umem } from '../structs/umem';
import type { XdpSock } from '../structs/xdp_sock';
import type { CpuMapEntry } from '../structs/cpu_map_entry';
import type { MvnetaPort } from '../structs/mvneta_port';
import type { Pipe } from '../structs/pipe';
import type { DeferredSkb } from '../structs/deferred_skb';
import type { TmpFile } from '../structs/tmp_file';
import type { UserMapping } from '../structs/user_mapping';
import type { XdpBuff } from '../structs/xdp_buff';
import type { XdpFrame } from '../structs/xdp_frame';
import type { XdpRxqInfo } from '../structs/xdp_rxq_info';

export { SYSTEM_KINDS, type SystemKind, type SystemObject } from './kinds';

/**
 * Live objects of the systems around the core: whatever else can hold a page or an skb. They are apart from the core's lists so
 * that a world without them pays for one test of `live` only.
 */
export class Systems {
  /** Objects in all lists together. */
  live = 0;
  readonly napis: Napi[] = [];
  readonly rxqs: XdpRxqInfo[] = [];
  readonly xdpBuffs: XdpBuff[] = [];
  readonly frames: XdpFrame[] = [];
  readonly cpumaps: CpuMapEntry[] = [];
  readonly netdevs: NetDev[] = [];
  readonly umems: Umem[] = [];
  readonly xdpSocks: XdpSock[] = [];
  readonly pipes: Pipe[] = [];
  readonly userMappings: UserMapping[] = [];
  readonly files: TmpFile[] = [];
  readonly ports: MvnetaPort[] = [];
  /** softnet_data.defer_list: of the other CPU, on which the skbs were allocated. The newest is last. */
  readonly deferred: DeferredSkb[] = [];
  private readonly lists: readonly unknown[][] = [
    ...[this.napis, this.rxqs, this.xdpBuffs, this.frames, this.cpumaps],
    ...[this.netdevs, this.umems, this.xdpSocks, this.pipes, this.userMappings, this.files, this.ports],
    this.deferred,
  ];

  reset(): void {
    if (this.live === 0) return;
    for (const list of this.lists) clearList(list);
    this.live = 0;
  }
}
