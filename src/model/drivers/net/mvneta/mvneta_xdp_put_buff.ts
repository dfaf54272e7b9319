import type { Page } from '../../../structs/page';
import { pagePoolPutPage } from '../../../net/core/page_pool/page_pool_put';
import type { PagePool } from '../../../structs/page_pool';
import type { XdpSharedInfo } from '../../../structs/xdp_shared_info';
import type { World } from '../../../world/world';
import type { MvnetaPort } from '../../../structs/mvneta_port';

/**
 * mvneta_xdp_put_buff(): puts a packet that ends here to the pool, frags first.
 *
 * @param nrFrags - the number of frags of `sinfo` that belong to the packet
 * @param syncLen - bytes that the CPU may have touched, from the pool's offset on; -1: all that the device writes
 */
export function mvnetaXdpPutBuff(
  world: World,
  port: MvnetaPort,
  page: Page,
  sinfo: XdpSharedInfo,
  nrFrags: number,
  syncLen: number,
): void {
  const pool = port.pool as PagePool;
  for (let i = 0; i < nrFrags; i++) pagePoolPutPage(world, pool, sinfo.frags[i].page, -1, true);
  pagePoolPutPage(world, pool, page, syncLen, true);
}
