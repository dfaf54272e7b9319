import { cat, type Int, nameField, u32, u64 } from '../bytes';
import {
  BPF_MAP_TYPE_ARRAY,
  BPF_MAP_TYPE_CPUMAP,
  BPF_MAP_TYPE_DEVMAP,
  BPF_MAP_TYPE_DEVMAP_HASH,
  BPF_MAP_TYPE_HASH,
  BPF_MAP_TYPE_SOCKHASH,
  BPF_MAP_TYPE_SOCKMAP,
  BPF_MAP_TYPE_XSKMAP,
} from '../uapi/bpf';

/** Kinds of maps: include/uapi/linux/bpf.h, enum bpf_map_type. */
export const MAP_TYPES = {
  hash: BPF_MAP_TYPE_HASH,
  array: BPF_MAP_TYPE_ARRAY,
  devmap: BPF_MAP_TYPE_DEVMAP,
  devmapHash: BPF_MAP_TYPE_DEVMAP_HASH,
  cpumap: BPF_MAP_TYPE_CPUMAP,
  xskmap: BPF_MAP_TYPE_XSKMAP,
  sockmap: BPF_MAP_TYPE_SOCKMAP,
  sockhash: BPF_MAP_TYPE_SOCKHASH,
} as const;
export type MapType = keyof typeof MAP_TYPES;

/** Bytes of a value, where the kind of map says it. */
const VALUE_BYTES: Record<MapType, number> = {
  ...{ hash: 8, array: 8, devmap: 8, devmapHash: 8, cpumap: 8, xskmap: 4, sockmap: 4, sockhash: 4 },
};

/** union bpf_attr of BPF_MAP_CREATE, 48 bytes: bpf(2). Keys are 32-bit numbers. */
export const mapCreateAttr = (type: MapType, entries: number, valueBytes = VALUE_BYTES[type]): Buffer =>
  cat(
    ...[u32(MAP_TYPES[type]), u32(4), u32(valueBytes), u32(entries), u32(0), u32(0), u32(0)],
    ...[nameField('skbcheck', 16), u32(0)],
  );

/**
 * union bpf_attr of BPF_MAP_UPDATE_ELEM and, with value 0, of BPF_MAP_DELETE_ELEM, 32 bytes. Of BPF_MAP_LOOKUP_ELEM the
 * value is an address to which the kernel writes.
 * @param key - address of the key
 * @param value - address of the value
 * @param flags - BPF_ANY is 0, BPF_NOEXIST 1, BPF_EXIST 2
 */
export const mapElementAttr = (mapFd: number, key: Int, value: Int, flags: Int = 0): Buffer =>
  cat(u32(mapFd), u32(0), u64(key), u64(value), u64(flags));

/** struct bpf_devmap_val, 8 bytes: a link, and a program of xdp(…, 'devmap') that sees what goes there, or none. */
export const devmapValue = (ifindex: number, programFd = -1): Buffer => cat(u32(ifindex), u32(programFd));

/** struct bpf_cpumap_val, 8 bytes: length of the queue, and a program of xdp(…, 'cpumap') that runs there, or none. */
export const cpumapValue = (queue: number, programFd = -1): Buffer => cat(u32(queue), u32(programFd));

/** The value of a map of sockets: a descriptor, 4 bytes. */
export const fdValue = (fd: number): Buffer => u32(fd);
