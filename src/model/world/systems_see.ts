import type { Page } from '../structs/page';
import type { XdpSharedInfo } from '../structs/xdp_shared_info';
import type { World } from './world';

/** Returns whether an object of one of the systems around the core sees bytes [from, to) of the page. */
export function systemsSee(world: World, page: Page, from: number, to: number): boolean {
  for (const xdp of world.systems.xdpBuffs) {
    if (xdp.page === page && xdp.dataHardStart < to && from < xdp.bufferEnd) return true;
    if (fragsSee(xdp.sinfo, page, from, to)) return true;
  }
  for (const frame of world.systems.frames) {
    if (frame.page === page && frame.at < to && from < frame.bufferEnd) return true;
    if (fragsSee(frame.sinfo, page, from, to)) return true;
  }
  return false;
}

function fragsSee(sinfo: XdpSharedInfo, page: Page, from: number, to: number): boolean {
  for (let i = 0; i < sinfo.nrFrags; i++) {
    const frag = sinfo.frags[i];
    if (frag.page === page && frag.offset < to && from < frag.bufferEnd) return true;
  }
  return false;
}
