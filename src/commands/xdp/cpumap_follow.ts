import type { CpuMapWatcher } from '../../model/kernel/bpf/cpu_map';
import type { SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { ZEROS_START } from '../../model/world/memory';
import { concatPayload, payloadLength, slicePayload } from '../../model/lib/payload';
import { charge, withoutMac } from './xdp_frame';
import type { CpuMapEntry } from '../../model/structs/cpu_map_entry';
import type { XdpFrame } from '../../model/structs/xdp_frame';

/** What the commands of a cpumap's two ends share. */

/** sk_buffs that the last call built, and what each is charged: reckoned from the frame's memory before it went. */
export const charged: { skb: SkBuff; truesize: number }[] = [];

/** Follows frames to their skbs: payload, and what each skb is worth. */
export class Follower implements CpuMapWatcher {
  private worth = 0;

  constructor(private readonly world: World) {
    charged.length = 0;
  }

  cut(frame: XdpFrame, front: number, back: number): void {
    frame.payload = slicePayload(frame.payload, front, payloadLength(frame.payload) - front - back);
    // Metadata moves with the head, byte for byte.
  }

  grown(frame: XdpFrame, back: number): void {
    frame.payload = concatPayload(frame.payload, [ZEROS_START, back]);
  }

  builds(frame: XdpFrame): void {
    this.worth = charge(this.world, frame);
  }

  built(frame: XdpFrame, skb: SkBuff): void {
    skb.payload = withoutMac(frame.payload);
    charged.push({ skb, truesize: this.worth });
  }
}

export function expectCharged(): void {
  for (const { skb, truesize } of charged) {
    skb.expectedTruesize = truesize;
    skb.truesizeDebt = 0;
  }
}

export function hasWork(entry: CpuMapEntry): boolean {
  return entry.ring.items.length > 0;
}
