import { parseSplats, type Splat } from '../lockstep/splats';

/**
 * Whether a complaint is about a program that ended before this one began: a pool that pages never came back to is
 * first told of DEFER_WARN_INTERVAL (60 s) after its end (page_pool_release_retry of net/core/page_pool.c, 6.1 to 7.3),
 * and no program runs so long.
 */
const isOfEarlier = ({ title }: Splat): boolean => title.startsWith('page_pool_release_retry() stalled pool shutdown');

/** The complaints in a kernel's log that the program which ran is to blame for. */
export const ownSplats = (log: string): Splat[] => parseSplats(log).filter((splat) => !isOfEarlier(splat));

/** The first complaint in a kernel's log that is about a program that ended long before. */
export const lateSplat = (log: string): Splat | undefined => parseSplats(log).find(isOfEarlier);
