import { cat, u16, u32, u8 } from '../bytes';
import { TC_H_CLSACT, TC_H_MIN_EGRESS, TC_H_MIN_INGRESS, TC_H_ROOT } from '../uapi/sched';

/** A handle of traffic control: 16 bits each. tc(8) writes 1:2 for it. */
export const tcHandle = (major: number, minor: number): number => ((major & 0xffff) * 0x10000 + (minor & 0xffff)) >>> 0;

/** Where a qdisc or filter hangs: `root` of a link, or a class or qdisc. `clsact` holds filters alone. */
export type TcParent = 'root' | 'clsact' | 'ingress' | 'egress' | number;

/** The parent's number: include/uapi/linux/pkt_sched.h, TC_H_*. */
export function parentOf(parent: TcParent): number {
  switch (parent) {
    case 'root':
      return TC_H_ROOT;
    case 'clsact':
      return TC_H_CLSACT;
    case 'ingress':
      return tcHandle(0xffff, TC_H_MIN_INGRESS);
    case 'egress':
      return tcHandle(0xffff, TC_H_MIN_EGRESS);
    default:
      return parent;
  }
}

/** struct tcmsg, 20 bytes: include/uapi/linux/rtnetlink.h. */
export const tcmsg = (ifindex: number, handle: number, parent: TcParent, info = 0): Buffer =>
  cat(u8(0), u8(0), u16(0), u32(ifindex), u32(handle), u32(parentOf(parent)), u32(info));
