import type { PageRef } from '../model/structs/page';
import type { SkBuff } from '../model/structs/sk_buff';
import type { XdpSock } from '../model/structs/xdp_sock';
import type { HandleObject, Kind, World } from '../model/world/world';
import { liveHandle } from '../model/world/handles';
import type { Call } from '../program/program';

/**
 * What the objects that a call names have to do with: heads, pages and their pools, rings. Two calls that have nothing to do with the
 * same cannot race, so that schedules are mostly drawn of calls that have.
 */
export function concernsOf(world: World, { command, args }: Call, concerns: unknown[] = []): unknown[] {
  concerns.length = 0;
  for (const { at } of command.handles) {
    const handle = liveHandle(world, args[at]);
    if (handle !== null) addConcerns(handle.kind, handle.object, concerns);
  }
  return concerns;
}

function addConcerns(kind: Kind, object: HandleObject, concerns: unknown[]): void {
  concerns.push(object);
  if (kind === 'skb') {
    const { data } = object as SkBuff;
    concerns.push(data);
    if (data.page !== null) concerns.push(data.page, data.page.pp);
    for (let i = 0; i < data.nrFrags; i++) concerns.push(data.frags[i].page, data.frags[i].page.pp);
    if (data.uarg !== null) concerns.push(data.uarg);
  } else if (kind === 'page') {
    const { page } = object as PageRef;
    concerns.push(page, page.pp);
  } else if (kind === 'xsk') {
    concerns.push((object as XdpSock).umem);
  }
}

/** Have they something in common? */
export function areRelated(some: readonly unknown[], others: readonly unknown[]): boolean {
  return others.some((other) => other !== null && some.includes(other));
}
