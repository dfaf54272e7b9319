import type { OutsideFd, OutsideLink } from '../model/structs/outside';

const SORTS = ['socket', 'pipe', 'memfd', 'tun', 'ring', 'map'] as const;
const FAMILIES = ['inet', 'inet6', 'unix', 'vsock', 'packet', 'xdp'] as const;
const LINKS = ['tun', 'tap', 'veth', 'dummy', 'nic', 'vlan', 'bridge', 'tunnel', 'ip_tunnel'] as const;
const TYPES = ['stream', 'dgram', 'seqpacket'] as const;

/** The traits of what a program believes of a descriptor. */
export function fdTraits(fd: OutsideFd, traits: Uint8Array): number {
  traits[0] = SORTS.indexOf(fd.what);
  traits[1] = FAMILIES.indexOf(fd.family) * TYPES.length + TYPES.indexOf(fd.type);
  traits[2] = (fd.bound ? 1 : 0) + (fd.listening ? 2 : 0) + (fd.peer === null ? 0 : 4) + (fd.shutWrite ? 8 : 0);
  return 3;
}

export function linkTraits(link: OutsideLink, traits: Uint8Array): number {
  traits[0] = LINKS.indexOf(link.kind);
  traits[1] = (link.up ? 1 : 0) + (link.holds ? 2 : 0) + (link.forwardsTo === null ? 0 : 4) + (link.hasFrags ? 8 : 0);
  traits[2] = (link.farBridge === null ? 0 : 1) + (link.nearBridge === null ? 0 : 2) + Math.min(2, link.filters) * 4;
  return 3;
}
