import type { CpuMapWatcher } from '../../model/kernel/bpf/cpu_map';
import type { SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { ZEROS_START } from '../../model/world/memory';
import { concatPayload, payloadLength, slicePayload } from '../../model/lib/payload';
import { charge, withoutMac } from './xdp_frame';
import type { XdpFrame } from '../../model/structs/xdp_frame';

/**
 * An sk_buff that a call built, and its charge: reckoned from the memory of the frame before the frame was consumed.
 */
export interface BuiltSkb {
  readonly skb: SkBuff;
  readonly truesize: number;
}

/** The note of a call that builds skbs: the call fills it. */
export function noBuiltSkbs(): BuiltSkb[] {
  return [];
}

/** Follows frames to their skbs: sets each payload, and lists each skb with its charge in `charged`. */
export class Follower implements CpuMapWatcher {
  private worth = 0;

  constructor(
    private readonly world: World,
    private readonly charged: BuiltSkb[],
  ) {}

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
    this.charged.push({ skb, truesize: this.worth });
  }
}

export function expectCharged(charged: readonly BuiltSkb[]): void {
  for (const { skb, truesize } of charged) {
    skb.expectedTruesize = truesize;
    skb.truesizeDebt = 0;
  }
}
