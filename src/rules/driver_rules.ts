/** Rules of drivers. */
export interface DriverRules {
  // ---- drivers ----
  /** xdp_do_redirect takes packets with frags to devices (6.3; 6.1: -EOPNOTSUPP but for a cpumap). */
  readonly redirectSupportsFrags: boolean;
  /** Frames that ndo_xdp_xmit did not take are returned by bq_xmit_all alone (fdc13979f91e, 5.13). Broken by H15: twice. */
  readonly xmitReturnsUnsentOnce: boolean;
  /** The driver syncs what was received before the CPU looks at it (mvneta_swbm_rx_frame). Broken by K7. */
  readonly driverSyncsForCpu: boolean;
  /** A buffer that XDP drops is synced for the device as far as it was synced for the CPU. mvneta of 6.1 and 6.12 leaves the FCS out. */
  readonly driverReturnsSyncedFcs: boolean;
  /** xdp_frags_size counts the FCS of the last buffer: what mvneta of 6.1 and 6.12 does, see docs/systems/driver.md. */
  readonly driverCountsFcs: boolean;
  /** The driver leaves the mapping of a page that it redirects to the page's pool (8baeef7616d5, bnxt). Broken by K1: it unmaps. */
  readonly driverLeavesPoolMapping: boolean;
  /** The completion of a frame that was sent unmaps as much as was mapped (3cdf199d4755, bnxt). Broken by K2: 0 bytes. */
  readonly driverUnmapsMappedLength: boolean;
  /** The skb is built when the program has said PASS (5db843258de1, am65-cpsw). Broken by K6: before, and lost on every other verdict. */
  readonly driverBuildsSkbAfterProgram: boolean;
  /** Where build_skb fails the driver puts the packet's buffers (aa8963fdce66, f4feb1e20058, tun). Broken by G5. */
  readonly buildSkbFailurePutsBuffers: boolean;
  /** The frags that a driver puts are those that the program left (a6413e6f6c9d, db25c42c2e1f, mlx5e). Broken by H9: those before. */
  readonly driverCountsFragsAfterProgram: boolean;
  /** A frame that was sent is returned when all its buffers are unmapped. mvneta of 6.1 and 6.12 returns it with the first one. */
  readonly driverReturnsFrameAfterUnmap: boolean;
  /** The completion of an skb unmaps its head where it was mapped. K3: behind the headers (stmmac TSO); as long as the packet (atlantic). */
  readonly driverUnmapsHead: 'as_mapped' | 'behind_headers' | 'whole_packet';
  /** Where XDP_TX finds no room the driver puts the packet (b69004f5a6ad, mlx5e). Broken by X16: it is forgotten. */
  readonly driverPutsUnsentTx: boolean;
  /** Where a frag cannot be mapped the driver unmaps what it has mapped of the frame. Broken by X16-unmap. */
  readonly driverUnmapsUnsent: boolean;
  /** A buffer of a packet's chain that the packet does not need goes back (afd92d82c9d7, virtio_net). Broken by G7. */
  readonly driverPutsUnusedBuffers: boolean;
  /** A driver puts a page that it gives back once. Broken by A14. */
  readonly driverPutsOnce: boolean;
  /** A driver marks the skbs that it moves pool references into (skb_mark_for_recycle). Broken by B10: it forgets. */
  readonly driverMarksForRecycle: boolean;
}

export const DRIVER_RULES_6_1: DriverRules = {
  redirectSupportsFrags: false,
  xmitReturnsUnsentOnce: true,
  driverSyncsForCpu: true,
  driverReturnsSyncedFcs: true,
  driverCountsFcs: false,
  driverLeavesPoolMapping: true,
  driverUnmapsMappedLength: true,
  driverBuildsSkbAfterProgram: true,
  buildSkbFailurePutsBuffers: true,
  driverCountsFragsAfterProgram: true,
  driverReturnsFrameAfterUnmap: true,
  driverUnmapsHead: 'as_mapped',
  driverPutsUnsentTx: true,
  driverUnmapsUnsent: true,
  driverPutsUnusedBuffers: true,
  driverPutsOnce: true,
  driverMarksForRecycle: true,
};

export const DRIVER_RULES_6_12: DriverRules = {
  ...DRIVER_RULES_6_1,
  redirectSupportsFrags: true,
};
