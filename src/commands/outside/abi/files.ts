import { cString } from './bytes';
import {
  AT_FDCWD,
  MADV_COLD,
  MADV_DONTNEED,
  MADV_FREE,
  MADV_PAGEOUT,
  MADV_REMOVE,
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_POPULATE,
  MAP_PRIVATE,
  MAP_SHARED,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  PROT_READ,
  PROT_WRITE,
  SPLICE_F_GIFT,
  SPLICE_F_MORE,
  SPLICE_F_MOVE,
  SPLICE_F_NONBLOCK,
} from './uapi/fcntl';

/** Bytes of a path, for openat(2): /dev/net/tun, /dev/vhost-net, /proc/…. */
export const pathBytes = (path: string): Buffer => cString(path);

/** The directory of relative paths of openat(2). */
export const CURRENT_DIRECTORY = AT_FDCWD;

/** Flags of openat(2) and memfd_create(2). */
export const OPEN_FLAGS = { readOnly: O_RDONLY, writeOnly: O_WRONLY, readWrite: O_RDWR, nonblock: O_NONBLOCK } as const;

/** Protection and flags of mmap(2). */
export const MAP_FLAGS = {
  ...{ read: PROT_READ, write: PROT_WRITE, shared: MAP_SHARED, private: MAP_PRIVATE, fixed: MAP_FIXED },
  ...{ anonymous: MAP_ANONYMOUS, populate: MAP_POPULATE },
} as const;

/** Advice of madvise(2). */
export const ADVICE = {
  ...{ dontneed: MADV_DONTNEED, free: MADV_FREE, remove: MADV_REMOVE, cold: MADV_COLD, pageout: MADV_PAGEOUT },
} as const;

/** Flags of splice(2), tee(2) and vmsplice(2). */
export const SPLICE_FLAGS = {
  ...{ move: SPLICE_F_MOVE, nonblock: SPLICE_F_NONBLOCK, more: SPLICE_F_MORE, gift: SPLICE_F_GIFT },
} as const;
