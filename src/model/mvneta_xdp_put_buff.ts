import type { Page } from './page';
import { pagePoolPutPage } from './page_pool_put';
import type { PagePool } from './page_pool_struct';
import type { MvnetaPort } from './mvneta_port';
import type { XdpSharedInfo } from './xdp_shared_info';
import type { World } from './world';

/**
 * mvneta_xdp_put_buff(): a packet that ends here goes back to the pool, frags first.
 *
 * @param nrFrags - frags of `sinfo` that are the packet's
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
