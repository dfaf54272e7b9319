import type { SkBuff } from './sk_buff';
import type { XdpFrame } from './xdp_frame';

/** CPU_MAP_BULK_SIZE: frames that wait for the end of the NAPI poll. */
export const CPU_MAP_BULK_SIZE = 8;

/** CPUMAP_BATCH: the most entries that the kthread takes at once. */
export const CPUMAP_BATCH = 8;

/** The program's action on every packet on the remote CPU, by the program's number. */
export const CPUMAP_PROGS = ['none', 'pass', 'drop', 'aborted', 'tx', 'pull', 'trim', 'grow'] as const;

function prog(name: (typeof CPUMAP_PROGS)[number]): number {
  return CPUMAP_PROGS.indexOf(name);
}

export const CPUMAP_PROG_NONE = prog('none');

export const CPUMAP_PROG_PASS = prog('pass');

export const CPUMAP_PROG_DROP = prog('drop');

export const CPUMAP_PROG_ABORTED = prog('aborted');

/** An action that cpumap does not know (XDP_TX). */
export const CPUMAP_PROG_TX = prog('tx');

/** bpf_xdp_adjust_head(4), PASS. */
export const CPUMAP_PROG_PULL = prog('pull');

/** bpf_xdp_adjust_tail(-4), PASS. */
export const CPUMAP_PROG_TRIM = prog('trim');

/** bpf_xdp_adjust_tail(4), PASS. */
export const CPUMAP_PROG_GROW = prog('grow');

/** A frame, or an skb of generic XDP (its pointer has bit 0 set). */
export type CpuMapItem =
  { readonly frame: XdpFrame; readonly skb: null } | { readonly frame: null; readonly skb: SkBuff };

/** struct ptr_ring of an entry, as far as its producer and consumer see it. */
export class CpuMapRing {
  readonly items: CpuMapItem[] = [];
  private head = 0;
  private tail = 0;

  constructor(
    readonly size: number,
    private readonly batch: number,
  ) {}

  /** __ptr_ring_produce(): false when the next slot is taken; consumed slots are until their batch is given back. */
  produce(item: CpuMapItem): boolean {
    if (this.items.length + (this.head - this.tail) >= this.size) return false;
    this.items.push(item);
    return true;
  }

  /** __ptr_ring_consume(), with __ptr_ring_discard_one(). */
  consume(): CpuMapItem | undefined {
    const item = this.items.shift();
    if (item === undefined) return undefined;
    this.head++;
    if (this.head - this.tail >= this.batch || this.head >= this.size) this.tail = this.head;
    if (this.head >= this.size) {
      this.head = 0;
      this.tail = 0;
    }
    return item;
  }
}

/** struct bpf_cpu_map_entry: a bulk queue, a ring, and the kthread that empties it. */
export class CpuMapEntry {
  id = 0;
  freed = false;
  /** value.qsize */
  qsize = 0;
  prog = CPUMAP_PROG_NONE;
  /** bulkq of the one CPU that receives: frames until the flush. */
  readonly bulk: XdpFrame[] = [];
  /** Place in the flush list, in which the newest comes first; 0: in none. */
  flushOrder = 0;
  ring = new CpuMapRing(0, 1);
  /** The skbs that the kthread handed to the stack and that no command has taken yet. */
  readonly received: SkBuff[] = [];
  /** Position in the world's list. */
  index = 0;
}
