import { EINVAL } from '../../lib/errno';
import type { NetDev } from '../../structs/netdev';
import { Sock } from '../../structs/sock';
import type { Umem } from '../../structs/umem';
import type { World } from '../../world/world';
import { XdpSock } from '../../structs/xdp_sock';
import { TxQueue } from '../../structs/xsk_queue';

/** SOCK_MIN_SNDBUF: 2 * TCP_SKB_MIN_TRUESIZE. */
const SKB_MIN_TRUESIZE = 2048;
/** sysctl_wmem_default: SK_WMEM_MAX is the truesize of 256 small packets. */
const WMEM_PACKETS = 256;
const WMEM_PACKET = 256;

/** The sk_sndbuf that SO_SNDBUF sets for a requested size (sock_setsockopt, both); 0: the default. */
export function sndbufOf(world: World, wish: number): number {
  const { skBuffSize, sharedInfoSize } = world.abi;
  const usual = WMEM_PACKETS * (WMEM_PACKET + skBuffSize + sharedInfoSize);
  if (wish === 0) return usual;
  return Math.max(2 * Math.min(wish, usual), 2 * (SKB_MIN_TRUESIZE + skBuffSize));
}

/**
 * socket(AF_XDP), a TX ring, bind() to a queue of the device in copy mode. The first socket of a umem registered it and
 * brings the completion ring; later sockets share both (XDP_SHARED_UMEM). Returns the socket or a negative errno. On
 * failure the umem's own socket stays as it was.
 */
export function xskBind(world: World, umem: Umem, netdev: NetDev, entries: number, sndbuf: number): XdpSock | number {
  // xsk_init_queue()
  if (entries === 0 || (entries & (entries - 1)) !== 0) return -EINVAL;
  const xs = new XdpSock();
  xs.id = world.newId();
  xs.sk = new Sock();
  xs.sk.id = world.newId();
  xs.sk.xsk = xs;
  xs.umem = umem;
  xs.netdev = netdev;
  xs.tx = new TxQueue(entries);
  xs.sndbuf = sndbufOf(world, sndbuf);
  world.add(world.socks, xs.sk);
  world.addSystem(world.systems.xdpSocks, xs);
  umem.netdev = netdev;
  umem.sockets.push(xs);
  return xs;
}
