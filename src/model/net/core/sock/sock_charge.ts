import {
  DESTRUCTOR_NONE,
  DESTRUCTOR_SOCK_RFREE,
  DESTRUCTOR_SOCK_WFREE,
  DESTRUCTOR_TCP_WFREE,
  DESTRUCTOR_XSK,
  type SkBuff,
} from '../../../structs/sk_buff';
import type { Sock } from '../../../structs/sock';
import { sockWfree } from './sock_wfree';
import type { World } from '../../../world/world';
import { xskDestructSkb } from '../../xdp/xsk_destruct_skb';

export { sockWfree } from './sock_wfree';

/** sock_rfree(). */
export function sockRfree(world: World, skb: SkBuff): void {
  const sk = skb.sk as Sock;
  sk.rmemAlloc -= skb.truesize;
  if (sk.rmemAlloc < 0) {
    world.violate(
      'socket-charge',
      'sock',
      `sock#${sk.id} has sk_rmem_alloc ${sk.rmemAlloc} after sock_rfree of skb#${skb.id} with truesize ${skb.truesize}`,
    );
  }
}

/** Runs skb->destructor, as skb_release_head_state and skb_orphan do, and clears the owner. */
export function runDestructor(world: World, skb: SkBuff): void {
  if (isSkbWmem(skb)) sockWfree(world, skb);
  else if (skb.destructor === DESTRUCTOR_SOCK_RFREE) sockRfree(world, skb);
  else if (skb.destructor === DESTRUCTOR_XSK) xskDestructSkb(world, skb);
  skb.destructor = DESTRUCTOR_NONE;
  skb.sk = null;
}

/** skb_orphan(). */
export function skbOrphan(world: World, skb: SkBuff): void {
  world.touchSkb(skb);
  if (skb.destructor !== DESTRUCTOR_NONE) runDestructor(world, skb);
}

/** skb_set_owner_w(): charges the present truesize to sk_wmem_alloc. */
export function skbSetOwnerW(world: World, skb: SkBuff, sk: Sock): void {
  skbOrphan(world, skb);
  skb.sk = sk;
  skb.destructor = DESTRUCTOR_SOCK_WFREE;
  sk.wmemAlloc += skb.truesize;
}

/**
 * The charge of __tcp_transmit_skb (net/ipv4/tcp_output.c, 6.1 and 6.12).
 * tcp_wfree has the same effect on memory as sock_wfree.
 */
export function tcpSetOwnerW(world: World, skb: SkBuff, sk: Sock): void {
  skbSetOwnerW(world, skb, sk);
  skb.destructor = DESTRUCTOR_TCP_WFREE;
}

/**
 * skb_set_owner_r(): charges the truesize to sk_rmem_alloc. (Forward allocation is not modelled, because the sockets
 * have no memory accounting.)
 */
export function skbSetOwnerR(world: World, skb: SkBuff, sk: Sock): void {
  skbOrphan(world, skb);
  skb.sk = sk;
  skb.destructor = DESTRUCTOR_SOCK_RFREE;
  sk.rmemAlloc += skb.truesize;
}

/** is_skb_wmem(). */
export function isSkbWmem(skb: SkBuff): boolean {
  return skb.destructor === DESTRUCTOR_SOCK_WFREE || skb.destructor === DESTRUCTOR_TCP_WFREE;
}
