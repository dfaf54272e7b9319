import { cat, u32, zeros } from './abi/bytes';
import type { SyscallName } from './abi/syscalls';
import type { CallMemory } from './call_memory';
import { defineOutside } from './define_outside';
import { ownFd } from './own_fd';
import type { Step } from './step';

/*
 * Calls for which the kernel asks capable(), which asks for rights in the first user namespace. A user who is root of
 * namespaces of his own has none there: user_namespaces(7). Each works for root, and changes nothing for others.
 */

const FD = ownFd('privileged');
const SOL_SOCKET = 1;
const O_WRONLY = 1;
const AT_FDCWD = -100;
const MS_PRIVATE = 1 << 18;
const BPF_MAP_CREATE = 0;
const BPF_MAP_TYPE_ARRAY = 2;
/** union bpf_attr of BPF_MAP_CREATE is no longer on any kernel that programs run on. */
const BPF_ATTR_BYTES = 72;
const RLIMIT_NICE = 13;
const SYSLOG_ACTION_SIZE_UNREAD = 9;
const IOPL_IN_OUT = 3;

/** The steps before the call that is refused, the call, and those behind it. */
type Calls = (memory: CallMemory) => readonly Step[];

const PRIVILEGED = {
  /** sock_setsockopt in net/core/sock.c: SO_RCVBUFFORCE, SO_SNDBUFFORCE, SO_DEBUG, SO_PREFER_BUSY_POLL. */
  rcvbufforce: option(33, 1 << 20),
  sndbufforce: option(32, 1 << 20),
  debug: option(1, 1),
  prefer_busy_poll: option(69, 1),
  /** kernel/bpf/syscall.c: bpf_capable(), as kernel.unprivileged_bpf_disabled is 2 on distributions. */
  bpf_map: (memory) => {
    const ints = [BPF_MAP_TYPE_ARRAY, 4, 4, 1].map((value) => u32(value));
    const { step, at } = put(memory, cat(...ints, zeros(BPF_ATTR_BYTES - 4 * ints.length)));
    return [step, call('bpf', [BPF_MAP_CREATE, at, BPF_ATTR_BYTES], FD), closed(FD)];
  },
  /** may_mount in fs/namespace.c: the mount namespace is the first one. The mount is private before and after. */
  mount: (memory) => {
    const { step, at } = put(memory, Buffer.from('/\0'));
    return [step, call('mount', [0, at, 0, MS_PRIVATE, 0])];
  },
  /** kernel/sys.c: the UTS namespace is the first one. */
  sethostname: (memory) => {
    const { step, at } = put(memory, Buffer.from('skbcheck'));
    return [step, call('sethostname', [at, 8])];
  },
  /** userfaultfd_syscall_allowed in fs/userfaultfd.c: vm.unprivileged_userfaultfd is 0. */
  userfaultfd: () => [call('userfaultfd', [0], FD), closed(FD)],
  /** do_prlimit in kernel/sys.c: nobody raises a hard limit without CAP_SYS_RESOURCE. */
  prlimit: (memory) => {
    const { step, at } = put(memory, cat(u32(1), u32(0), u32(1), u32(0)));
    return [step, call('prlimit64', [0, RLIMIT_NICE, at, 0])];
  },
  /** check_syslog_permissions in kernel/printk/printk.c: kernel.dmesg_restrict, or an action other than reading. */
  syslog: () => [call('syslog', [SYSLOG_ACTION_SIZE_UNREAD, 0, 0])],
  /** kernel/acct.c: accounting that is off is turned off. */
  acct: () => [call('acct', [0])],
  /** arch/x86/kernel/ioport.c: ports of devices. */
  iopl: () => [call('iopl', [IOPL_IN_OUT])],
  /** test_perm in fs/proc/proc_sysctl.c, and the rights of a device node: EACCES. */
  sysctl: opened('/proc/sys/kernel/panic'),
  kmsg: opened('/dev/kmsg'),
} as const satisfies Readonly<Record<string, Calls>>;

export const PRIVILEGED_NAMES = Object.keys(PRIVILEGED) as (keyof typeof PRIVILEGED)[];

export const PRIVILEGED_CALL = defineOutside({
  name: 'privileged',
  number: 120,
  args: [{ name: 'call', type: 'enum', words: PRIVILEGED_NAMES }],
  level: 'root',
  promised: {
    text: 'The call works for root of the machine alone.',
    source: 'capabilities(7), user_namespaces(7), and the man page of each call',
  },
  syscall: null,
  errors: ['EPERM', 'EACCES'],
  weight: 1,
  draw(_world, draw, args) {
    args.call = draw.below(PRIVILEGED_NAMES.length);
    return true;
  },
  run: () => undefined,
  steps: (_world, { call: word }, _result, memory) => PRIVILEGED[PRIVILEGED_NAMES[word]](memory),
});

function option(number: number, value: number): Calls {
  return (memory) => {
    const { step, at } = put(memory, u32(value));
    const socket: Step = { op: 'syscall', name: 'socket', args: [2, 2, 0], fd: FD };
    return [step, socket, call('setsockopt', [FD, SOL_SOCKET, number, at, 4]), closed(FD)];
  };
}

function opened(path: string): Calls {
  return (memory) => {
    const { step, at } = put(memory, Buffer.from(`${path}\0`));
    return [step, call('openat', [AT_FDCWD, at, O_WRONLY, 0], FD), closed(FD)];
  };
}

function put(memory: CallMemory, bytes: Buffer): { readonly step: Step; readonly at: number } {
  const at = memory.take(bytes.length);
  return { step: { op: 'poke', at, bytes }, at };
}

function call(name: SyscallName, args: readonly number[], fd?: number): Step {
  return { op: 'syscall', name, args, isMain: true, ...(fd === undefined ? {} : { fd }) };
}

function closed(fd: number): Step {
  return { op: 'syscall', name: 'close', args: [fd] };
}
