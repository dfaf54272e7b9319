/** Names of errors by number (include/uapi/asm-generic/errno-base.h and errno.h), as far as packets meet them. */
const NUMBERS = {
  1: 'EPERM',
  2: 'ENOENT',
  4: 'EINTR',
  5: 'EIO',
  6: 'ENXIO',
  7: 'E2BIG',
  9: 'EBADF',
  11: 'EAGAIN',
  12: 'ENOMEM',
  13: 'EACCES',
  14: 'EFAULT',
  16: 'EBUSY',
  17: 'EEXIST',
  19: 'ENODEV',
  22: 'EINVAL',
  24: 'EMFILE',
  25: 'ENOTTY',
  27: 'EFBIG',
  28: 'ENOSPC',
  29: 'ESPIPE',
  32: 'EPIPE',
  33: 'EDOM',
  34: 'ERANGE',
  42: 'ENOMSG',
  61: 'ENODATA',
  71: 'EPROTO',
  74: 'EBADMSG',
  77: 'EBADFD',
  88: 'ENOTSOCK',
  89: 'EDESTADDRREQ',
  90: 'EMSGSIZE',
  91: 'EPROTOTYPE',
  92: 'ENOPROTOOPT',
  93: 'EPROTONOSUPPORT',
  94: 'ESOCKTNOSUPPORT',
  95: 'EOPNOTSUPP',
  97: 'EAFNOSUPPORT',
  98: 'EADDRINUSE',
  99: 'EADDRNOTAVAIL',
  100: 'ENETDOWN',
  101: 'ENETUNREACH',
  103: 'ECONNABORTED',
  104: 'ECONNRESET',
  105: 'ENOBUFS',
  106: 'EISCONN',
  107: 'ENOTCONN',
  110: 'ETIMEDOUT',
  111: 'ECONNREFUSED',
  113: 'EHOSTUNREACH',
  114: 'EALREADY',
  115: 'EINPROGRESS',
} as const;

export type Errno = (typeof NUMBERS)[keyof typeof NUMBERS];

export const ERRNOS: Readonly<Record<number, Errno | undefined>> = NUMBERS;

/**
 * Where memory is short, any call may fail so. Programs do not get there: no fault is injected, and the VM has far more
 * memory than a program may use. So records list these only where a call reaches them in another way.
 */
export const OUT_OF_MEMORY: readonly Errno[] = ['ENOMEM', 'ENOBUFS'];
