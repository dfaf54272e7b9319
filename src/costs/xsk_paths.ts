import type { CostPath } from './path';

const PROFILE = 'linux-6.12';
/**
 * Sizes and gains of packets per second, in percent: Xuan Zhuo's figures for v1 of "xsk: build skb by page", as the
 * cover letter of v8 quotes them (Alexander Lobakin, netdev, February 2021).
 */
export const XSK_SIZES: readonly { readonly bytes: number; readonly textPercent: number }[] = [
  { bytes: 64, textPercent: 3.0 },
  { bytes: 512, textPercent: 10.0 },
  { bytes: 1024, textPercent: 21.58 },
  { bytes: 1500, textPercent: 32.3 },
];

/** Returns the calls that write a chunk of a user, and bind a socket to a device that sends at once. */
export function xskSetup(bytes: number, zerocopy: boolean): string[] {
  return [
    `netdev1 = netdev_add(no_linear: ${zerocopy ? 1 : 0})`,
    'netdev_set_mode(netdev: netdev1, mode: complete)',
    'umem1 = xdp_umem_reg(chunks: 4, chunk_size: 4096, entries: 64)',
    `umem_write(umem: umem1, addr: 0, len: ${bytes})`,
    'xsk1 = xsk_bind(umem: umem1, netdev: netdev1, entries: 64)',
  ];
}

function xskPath(bytes: number, zerocopy: boolean): CostPath {
  const way = zerocopy ? 'zerocopy' : 'copy';
  return {
    name: `af_xdp-${way}-${bytes}`,
    title: zerocopy
      ? 'the chunk is a frag of an skb without a linear part (IFF_TX_SKB_NO_LINEAR)'
      : 'the chunk is copied into the linear part of an skb',
    group: `af_xdp ${bytes} bytes`,
    source: 'Xuan Zhuo, in the cover letter of Alexander Lobakin on netdev, February 2021: copy against page',
    profile: PROFILE,
    setup: xskSetup(bytes, zerocopy),
    packet: [`xsk_tx_desc(xsk: xsk1, len: ${bytes})`, 'xsk_sendto(xsk: xsk1)', 'xsk_cq_read(umem: umem1, count: 1)'],
    bytes,
  };
}

/** AF_XDP generic transmit at the sizes of XSK_SIZES. */
export const XSK_PATHS: readonly CostPath[] = XSK_SIZES.flatMap(({ bytes }) => [
  xskPath(bytes, false),
  xskPath(bytes, true),
]);
