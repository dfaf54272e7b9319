/** The name of every command of the outside. The order is part of the meaning of a seed: new names go to the end. */
export const OUTSIDE_NAMES = [
  'socket',
  'bind',
  'listen',
  'connect',
  'accept',
  'socketpair',
  'pair_end',
  'send',
  'recv',
  'setsockopt',
  'shutdown',
  'close',
  'drain',
  'pipe2',
  'memfd_create',
  'splice',
  'sendfile',
  'vmsplice',
  'tee',
  'zerocopy_done',
  'meminfo',
  'sockatmark',
  'unread',
] as const;

export type OutsideName = (typeof OUTSIDE_NAMES)[number];
