import { MAP_FLAGS } from './abi/files';
import { ARENA, ARENA_BYTES, FDS_MAX, type SyscallStep } from './step';

/*
 * Memory of objects that outlive the call that makes them: rings, and mappings of sockets. The call maps it, at an
 * address that follows from the number of the object's name. It lies behind the memory of calls.
 */

const FIRST_OBJECT = ARENA + 2 * ARENA_BYTES;
/** Room of each object: addresses, not memory. */
export const OBJECT_BYTES = 1 << 20;
export const PAGE_BYTES = 4096;

/** The address of an object's memory. @param id - the number of its name */
export function objectMemory(id: number): number {
  return FIRST_OBJECT + id * OBJECT_BYTES;
}

/**
 * The address at which bytes that a socket receives are mapped. It is not that of the object's memory: any descriptor
 * can be asked for a mapping, and a ring must not lose its own.
 */
export function receivedMemory(id: number): number {
  return objectMemory(FDS_MAX + id);
}

/** Maps memory of the program: mmap(2). */
export const anonymousStep = (at: number, bytes: number): SyscallStep => ({
  op: 'syscall',
  name: 'mmap',
  args: [at, bytes, MAP_FLAGS.read | MAP_FLAGS.write, MAP_FLAGS.private | MAP_FLAGS.anonymous | MAP_FLAGS.fixed, -1, 0],
});

/** Maps a part of a file or a socket for reading and writing, or for reading alone. */
export const fileStep = (
  at: number,
  bytes: number,
  fd: number,
  offset: number | bigint,
  writes: boolean,
): SyscallStep => ({
  op: 'syscall',
  name: 'mmap',
  args: [at, bytes, MAP_FLAGS.read | (writes ? MAP_FLAGS.write : 0), MAP_FLAGS.shared | MAP_FLAGS.fixed, fd, offset],
});
