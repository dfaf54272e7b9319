import { cString } from '../../abi/bytes';
import { CURRENT_DIRECTORY, OPEN_FLAGS, pathBytes } from '../../abi/files';
import type { CallMemory } from '../../call_memory';
import { ownFd } from '../../own_fd';
import type { Step } from '../../step';

const FILE_FD = ownFd('sysctlFile');

/** Steps that set a number of the program's network namespace: Documentation/networking/ip-sysctl.rst. */
export function sysctlSteps(memory: CallMemory, name: string, value: number): Step[] {
  const path = pathBytes(`/proc/sys/net/${name}`);
  const text = cString(String(value));
  const at = { path: memory.take(path.length), text: memory.take(text.length) };
  return [
    { op: 'poke', at: at.path, bytes: path },
    { op: 'poke', at: at.text, bytes: text },
    { op: 'syscall', name: 'openat', args: [CURRENT_DIRECTORY, at.path, OPEN_FLAGS.writeOnly, 0], fd: FILE_FD },
    { op: 'syscall', name: 'write', args: [FILE_FD, at.text, text.length - 1] },
    { op: 'syscall', name: 'close', args: [FILE_FD] },
  ];
}
