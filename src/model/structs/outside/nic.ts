/** The two ends of the wire between the network devices of a machine. */
export const NIC_ENDS = ['a', 'b'] as const;

/**
 * A network device of the machine that a program has, or an end of a pair in its place. The program believes it to be
 * like that. The other end of its wire is another such device.
 */
export class OutsideNic {
  up = true;
  /** Bytes behind the Ethernet header. */
  mtu = 1500;
  /** Descriptors. */
  rxRing = 256;
  /** A frame has come through from the other end, and nothing was changed since. */
  ready = false;
  /** An XDP program is attached. */
  hasXdp = false;
  /** Frames that are there or on their way for certain: as they were sent, and those that a program sent on. */
  expected = { told: 0, sentOn: 0 };
  /** All that was sent to it has come through, or is lost. */
  passed = false;
  /** Frames were sent to it, and nobody has received since. */
  unread = false;
  /** Settle has waited for all that was on its way. */
  settled = false;

  /**
   * @param end - 0 or 1: position in NIC_ENDS
   * @param isVeth - it is an end of a pair that the program made, and no device of the machine
   */
  constructor(
    readonly end: number,
    readonly isVeth = false,
  ) {}
}
