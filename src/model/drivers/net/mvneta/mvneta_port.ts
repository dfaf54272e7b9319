import type { World } from '../../../world/world';
import type { MvnetaPort } from '../../../structs/mvneta_port';
import { MVNETA_SKB_HEADROOM } from '../../../structs/mvneta_port';
import { ETH_FCS_LEN, ETH_HLEN } from '../../../structs/if_ether';

/** MVNETA_MAX_RX_BUF_SIZE: the most bytes that the hardware writes in one buffer. */
export function mvnetaMaxRxBufSize(world: World): number {
  return world.abi.pageSize - world.abi.sharedInfoSize - MVNETA_SKB_HEADROOM;
}

/** Returns the MRU for the MTU: the longest frame, without FCS, that the hardware takes in. */
export function mvnetaMru(port: MvnetaPort): number {
  return port.mtu + ETH_HLEN + ETH_FCS_LEN;
}
