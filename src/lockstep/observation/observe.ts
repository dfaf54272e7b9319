import type { SkBuff } from '../../model/structs/sk_buff';
import { liveHandle } from '../../model/world/handles';
import type { Handle } from '../../model/world/kinds';
import type { World } from '../../model/world/world';
import { isHashed, type HashedKind } from '../../protocol/kinds';
import { OBSERVERS } from './object_observers';
import { ObservationWords } from './observation_words';

/**
 * The canonical observation of a world: 32-bit words in an order and numbering that any target can produce.
 * src/protocol/words describes them; kernel/exec/observation.c writes the same.
 */
export class Observer extends ObservationWords {
  /**
   * @param world - as it is after a call
   * @param hashed - handle numbers whose skb's payload goes into the observation: the call's arguments and result
   */
  observe(world: World, hashed: readonly number[]): void {
    this.begin();
    for (const id of hashed) this.hashHandle(world, id);
    for (const handle of world.names) {
      const { tag, write } = OBSERVERS[handle.kindNumber];
      this.makeRoom();
      this.word(tag | handle.id);
      write(this, world, handle.object);
    }
  }

  private hashHandle(world: World, id: number): void {
    const handle = liveHandle(world, id);
    if (handle === null || !isHashedHandle(handle)) return;
    if (handle.kind !== 'skb') {
      this.hash(handle.object);
      return;
    }
    // The observation includes the whole list of segments: no other object leads to them.
    for (let skb: SkBuff | null = handle.object; skb !== null; skb = skb.next) this.hash(skb);
  }
}

function isHashedHandle(handle: Handle): handle is Extract<Handle, { kind: HashedKind }> {
  return isHashed(handle.kind);
}
