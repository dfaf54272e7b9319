import { cat, field, type Int, nameField, u16, u32, u64, zeros } from './bytes';

/** Bytes of struct ifreq. */
export const IFREQ_BYTES = 40;

const ifreq = (name: string, rest: Buffer): Buffer => cat(nameField(name, 16), field(rest, 24));

/** struct ifreq with ifr_flags, for SIOCSIFFLAGS (IFF_UP) and TUNSETIFF (IFF_TUN, …): netdevice(7), linux/if_tun.h. */
export const ifreqFlags = (name: string, flags: Int): Buffer => ifreq(name, u16(flags));

/** struct ifreq with ifr_ifindex, ifr_mtu, ifr_metric or ifr_qlen: netdevice(7). */
export const ifreqInt = (name: string, value: Int): Buffer => ifreq(name, u32(value));

/** struct ifreq with ifr_data, an address: SIOCETHTOOL, SIOCSHWTSTAMP. */
export const ifreqData = (name: string, at: Int): Buffer => ifreq(name, u64(at));

/** struct ifreq with the name alone: SIOCGIFINDEX, SIOCGIFFLAGS; the kernel writes behind the name. */
export const ifreqName = (name: string): Buffer => ifreq(name, zeros(0));

/** struct sock_fprog, 16 bytes: SO_ATTACH_FILTER, PACKET_FANOUT_DATA, TUNATTACHFILTER. linux/filter.h. */
export const sockFprog = (instructions: number, at: Int): Buffer => cat(u16(instructions), zeros(6), u64(at));
