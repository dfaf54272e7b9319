import { EINVAL, EMSGSIZE, EOPNOTSUPP, EOVERFLOW } from '../../lib/errno';
import { mvnetaXdpXmit } from '../../drivers/net/mvneta/mvneta_xdp_xmit';
import { xdpBuffHasFrags } from '../../net/core/xdp/xdp_buff';
import { xdpConvertBuffToFrame } from '../../net/core/xdp/xdp_convert';
import { dropXdpFrame, xdpGetFrameLen } from '../../net/core/xdp/xdp_frame';
import { xdpReturnFrameRxNapi } from '../../net/core/xdp/xdp_return';
import type { World } from '../../world/world';
import type { MvnetaPort } from '../../structs/mvneta_port';
import type { XdpBuff } from '../../structs/xdp_buff';
import { XdpFrame } from '../../structs/xdp_frame';
import { ETH_HLEN } from '../../structs/if_ether';

/** DEV_MAP_BULK_SIZE (XDP_BULK_QUEUE_SIZE). */
const DEV_MAP_BULK_SIZE = 16;
const VLAN_HLEN = 4;

/** struct xdp_dev_bulk_queue: frames on their way to one device. */
interface DevBulkQueue {
  readonly port: MvnetaPort;
  readonly frames: XdpFrame[];
}

/** The packets that one poll redirects, until xdp_do_flush(): dev_flush_list. */
export class DevFlushList {
  private readonly queues: DevBulkQueue[] = [];

  /**
   * xdp_do_redirect() to a device named by its index (bpf_redirect). Returns 0 or -errno. If the buffer became a frame
   * before the refusal, the xdp_buff is consumed (`xdp.freed`), and its memory is the driver's again.
   */
  redirect(world: World, target: MvnetaPort | null, xdp: XdpBuff): number {
    if (!world.rules.redirectSupportsFrags && xdpBuffHasFrags(xdp)) return -EOPNOTSUPP;
    const frame = xdpConvertBuffToFrame(world, xdp);
    if (!(frame instanceof XdpFrame)) return -EOVERFLOW;
    frame.payload = xdp.payload;
    const error = this.enqueue(world, target, frame);
    if (error !== 0) dropXdpFrame(world, frame);
    return error;
  }

  /** dev_xdp_enqueue(), __xdp_enqueue(), xdp_ok_fwd_dev(). */
  private enqueue(world: World, target: MvnetaPort | null, frame: XdpFrame): number {
    if (target === null) return -EINVAL;
    if (xdpGetFrameLen(frame) > target.mtu + ETH_HLEN + VLAN_HLEN) return -EMSGSIZE;
    let queue = this.queues.find(({ port }) => port === target);
    if (queue === undefined) {
      queue = { port: target, frames: [] };
      // list_add() puts the newest first.
      this.queues.unshift(queue);
    }
    if (queue.frames.length === DEV_MAP_BULK_SIZE) bqXmitAll(world, queue);
    queue.frames.push(frame);
    return 0;
  }

  /** xdp_do_flush(), __dev_flush(). */
  flush(world: World): void {
    for (const queue of this.queues) bqXmitAll(world, queue);
    this.queues.length = 0;
  }
}

/** bq_xmit_all(): "If not all frames have been transmitted, it is our responsibility to free them". */
function bqXmitAll(world: World, { port, frames }: DevBulkQueue): void {
  const sent = Math.max(0, mvnetaXdpXmit(world, port, frames));
  const returned = world.rules.xmitReturnsUnsentOnce ? frames.slice(sent) : frames;
  for (const frame of returned) xdpReturnFrameRxNapi(world, frame, false);
  frames.length = 0;
}
