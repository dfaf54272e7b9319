/** Made by tools/make_uapi.js from linux/virtio_net.h. */

export const VIRTIO_NET_HDR_F_DATA_VALID = 2;
export const VIRTIO_NET_HDR_F_NEEDS_CSUM = 1;
export const VIRTIO_NET_HDR_F_UDP_TUNNEL_CSUM = 8;
export const VIRTIO_NET_HDR_GSO_ECN = 128;
export const VIRTIO_NET_HDR_GSO_NONE = 0;
export const VIRTIO_NET_HDR_GSO_TCPV4 = 1;
export const VIRTIO_NET_HDR_GSO_TCPV6 = 4;
export const VIRTIO_NET_HDR_GSO_UDP = 3;
export const VIRTIO_NET_HDR_GSO_UDP_L4 = 5;
export const VIRTIO_NET_HDR_GSO_UDP_TUNNEL_IPV4 = 32;
export const VIRTIO_NET_HDR_GSO_UDP_TUNNEL_IPV6 = 64;
