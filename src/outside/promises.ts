/** A promise to user space that a program of the outside can see broken. */
export interface UserPromise {
  readonly name: string;
  /** One sentence. */
  readonly statement: string;
  readonly source: string;
  /** A fault that breaks it, for which a test has an executor. */
  readonly brokenBy: string;
}

/** The invariants of the outside. The order is that of lists. */
export const PROMISES = [
  {
    name: 'stream-in-order',
    statement: 'A stream delivers the bytes that were sent, in order, once; so does a pipe.',
    source: 'tcp(7), unix(7), pipe(7), RFC 9293 section 2.1',
    brokenBy: 'one bit of a stream is flipped',
  },
  {
    name: 'stream-ends',
    statement: 'Without loss all that was sent arrives, then the end of the stream, and nobody waits for ever.',
    source: 'shutdown(2), RFC 9293 section 3.6',
    brokenBy: 'the end of a stream comes without its last bytes',
  },
  {
    name: 'datagram-whole',
    statement: 'A datagram arrives whole and unchanged, once, or not at all.',
    source: 'udp(7), unix(7), RFC 768',
    brokenBy: 'a datagram loses its last byte',
  },
  {
    name: 'datagram-arrives',
    statement: 'A datagram arrives where no command loses it and the socket counts no drop.',
    source: 'unix(7), include/uapi/linux/sock_diag.h (SK_MEMINFO_DROPS)',
    brokenBy: 'a datagram is lost',
  },
  {
    name: 'packet-unchanged',
    statement: 'A packet that links forward, merge or segment keeps the bytes of its data.',
    source: 'Documentation/networking/segmentation-offloads.rst, RFC 1812 section 5.2.1',
    brokenBy: 'one bit of a packet is flipped on its way',
  },
  {
    name: 'packet-once',
    statement: 'A packet that goes into a link comes out once at most, where links lead in no circle.',
    source: 'veth(4), RFC 1812 section 5.2.1',
    brokenBy: 'a packet comes out of a link twice',
  },
  {
    name: 'packet-arrives',
    statement: 'A whole packet that goes into a link which is up and holds nothing comes out of it.',
    source: 'veth(4), Documentation/networking/tuntap.rst',
    brokenBy: 'a packet is lost in a link',
  },
  {
    name: 'ring-counts',
    statement: 'A ring of frames holds each frame that its socket counts, but for those that it counts as dropped.',
    source: 'PACKET_STATISTICS of packet(7), Documentation/networking/packet_mmap.rst',
    brokenBy: 'a frame of a ring is lost',
  },
  {
    name: 'ring-sends',
    statement: 'A ring for sending sends each frame once, gives it back when it is sent, and keeps its bytes.',
    source: 'PACKET_TX_RING of packet(7), Documentation/networking/packet_mmap.rst (Transmission process)',
    brokenBy: 'a frame of a ring is sent and asks to be sent again',
  },
  {
    name: 'fanout-one',
    statement: 'One socket of a group receives each frame; with PACKET_FANOUT_HASH the same one all of a flow.',
    source: 'PACKET_FANOUT of packet(7)',
    brokenBy: 'a frame comes to no socket of its group',
  },
  {
    name: 'filter-holds',
    statement: 'A filter does with each packet that it matches what its actions say, and with no other packet.',
    source: 'tc-actions(8), tc-mirred(8), tc-vlan(8), tc-pedit(8), tc-csum(8), tc-bpf(8), bpf-helpers(7)',
    brokenBy: 'a filter lets pass what it should drop',
  },
  {
    name: 'reader-decides',
    statement: 'A queue shows a packet as it is. It arrives as the reader answers: whole, with other bytes, or not.',
    source: 'nft(8) (QUEUE STATEMENT), include/uapi/linux/netfilter/nfnetlink_queue.h',
    brokenBy: 'a packet arrives that its reader drops',
  },
  {
    name: 'frame-switched',
    statement: 'A bridge sends a frame once to each port that it is for, a VLAN to its own members, to no others.',
    source: 'bridge(8), IEEE 802.1Q-2022 clauses 6.9 and 8.8',
    brokenBy: 'one end of a VLAN has another number',
  },
  {
    name: 'queue-sends',
    statement: 'A queue that neither loses nor delays sends each packet as often as it says.',
    source: 'tc-netem(8), tc-fq(8), tc-tbf(8)',
    brokenBy: 'a queue sends once what it should send twice',
  },
  {
    name: 'return-is-true',
    statement: 'A call returns the number of bytes that it took or gave, and an offset advances by it.',
    source: 'send(2), recv(2), splice(2), sendfile(2)',
    brokenBy: 'a call returns more than its buffer holds',
  },
  {
    name: 'readable-at-once',
    statement: 'Bytes that the kernel took on a pipe or a socket of the machine itself can be read at once.',
    source: 'unix(7), pipe(7), EAGAIN of recv(2) and read(2)',
    brokenBy: 'bytes of a unix socket are not there at once',
  },
  {
    name: 'peek-is-next',
    statement: 'The read after a peek returns the bytes that the peek returned.',
    source: 'MSG_PEEK of recv(2) and recv(3p)',
    brokenBy: 'a peek returns fewer bytes than the read after it may',
  },
  {
    name: 'mark-is-true',
    statement: 'SIOCATMARK says whether the reader of a stream is at the last urgent byte. Other files have no mark.',
    source: 'sockatmark(3), sockatmark(3p), tcp(7)',
    brokenBy: 'the mark of urgent data is not told',
  },
  {
    name: 'unread-is-true',
    statement: 'SIOCINQ, FIONREAD and SCM_INQ name the number of bytes that can be read.',
    source: 'tcp(7), udp(7), unix(7), pipe(7)',
    brokenBy: 'one byte too many is counted as unread',
  },
  {
    name: 'files-arrive',
    statement: 'An open file that goes over a socket arrives with the bytes it was sent with, and works as before.',
    source: 'SCM_RIGHTS of unix(7)',
    brokenBy: 'an open file arrives without its bytes',
  },
  {
    name: 'error-once',
    statement: 'An error that a call returned is not pending after it.',
    source: 'SO_ERROR of socket(7), connect(2)',
    brokenBy: 'the error of connect is told twice',
  },
  {
    name: 'size-in-bounds',
    statement: 'The buffer of a socket of vsock is not larger than its upper bound.',
    source: 'SO_VM_SOCKETS_BUFFER_MAX_SIZE of include/uapi/linux/vm_sockets.h',
    brokenBy: 'a buffer is larger than its bound',
  },
  {
    name: 'options-alike',
    statement: 'A socket that accept returned takes the options that a connected one takes.',
    source: 'accept(2), SO_ZEROCOPY of Documentation/networking/msg_zerocopy.rst',
    brokenBy: 'the accepted end refuses an option',
  },
  {
    name: 'stamped-once',
    statement: 'The acknowledgement of the last byte of a send is told once, where the socket asks for its time.',
    source: 'SOF_TIMESTAMPING_TX_ACK of Documentation/networking/timestamping.rst',
    brokenBy: 'the time of an acknowledgement is never told',
  },
  {
    name: 'header-is-valid',
    statement: 'A raw socket sends no header whose length is less than 20 bytes or more than the packet.',
    source: 'EINVAL of raw(7), RFC 791 section 3.1',
    brokenBy: 'a header without a length is sent',
  },
  {
    name: 'state-allows',
    statement: 'A call that the state of a socket forbids fails.',
    source: 'EINVAL of listen(3p), EADDRINUSE of bind(2)',
    brokenBy: 'a connected socket listens',
  },
  {
    name: 'needs-privilege',
    statement: 'A call that needs rights to the machine fails for a user who is root of his own namespaces only.',
    source: 'capabilities(7), user_namespaces(7)',
    brokenBy: 'a user raises a limit that only root can raise',
  },
  {
    name: 'errno-is-documented',
    statement: 'A call fails with an error that its man page lists for the state.',
    source: 'the man page of each call',
    brokenBy: 'a call fails with an error of another family',
  },
  {
    name: 'never-waits',
    statement: 'A call that must not wait returns at once.',
    source: 'MSG_DONTWAIT of send(2) and recv(2), SPLICE_F_NONBLOCK of splice(2)',
    brokenBy: 'a call sleeps although it must not',
  },
  {
    name: 'notified-once',
    statement: 'Each send without a copy is notified once, and none that was not made.',
    source: 'Documentation/networking/msg_zerocopy.rst, IORING_OP_SEND_ZC of io_uring_enter(2)',
    brokenBy: 'a notification of zerocopy comes twice',
  },
  {
    name: 'completed-once',
    statement: 'Each request to io_uring completes once, at once where it must not wait, and none that was not made.',
    source: 'io_uring(7), io_uring_enter(2), MSG_DONTWAIT of send(2) and recv(2)',
    brokenBy: 'a completion of io_uring is told twice',
  },
  {
    name: 'mapping-stays',
    statement: 'Bytes of a stream that are mapped into memory stay what they were when they were received.',
    source: 'TCP_ZEROCOPY_RECEIVE of include/uapi/linux/tcp.h, mmap(2)',
    brokenBy: 'a page that a reader has mapped is used again',
  },
  {
    name: 'file-unchanged',
    statement: 'The bytes of a file change by writes to it alone, not by sending or splicing them.',
    source: 'sendfile(2), splice(2)',
    brokenBy: 'a file changes while it is sent',
  },
  {
    name: 'counters-not-negative',
    statement: 'No counter of the memory of a socket is negative.',
    source: 'include/uapi/linux/sock_diag.h (SK_MEMINFO_VARS)',
    brokenBy: 'a counter of a socket is negative',
  },
  {
    name: 'charge-returns',
    statement: 'A socket whose data was all read is charged for none.',
    source: 'include/uapi/linux/sock_diag.h (SK_MEMINFO_RMEM_ALLOC)',
    brokenBy: 'an empty socket stays charged',
  },
  {
    name: 'frame-whole',
    statement: 'A frame that a network device delivers is one that was sent to it, whole and unchanged, once.',
    source: 'packet(7), IEEE 802.3 clause 3, Documentation/networking/netdevices.rst',
    brokenBy: 'a wire flips a bit',
  },
  {
    name: 'frame-arrives',
    statement: 'Frames that a device has room for arrive, in order, while nobody changes the device.',
    source: 'packet(7), Documentation/networking/netdevices.rst',
    brokenBy: 'a wire loses a frame',
  },
  {
    name: 'xdp-verdict-holds',
    statement: 'The verdict and the changes of an XDP program hold for each frame, which it meets once.',
    source: 'include/uapi/linux/bpf.h (enum xdp_action, bpf_xdp_adjust_head, bpf_xdp_adjust_tail)',
    brokenBy: 'a frame that XDP would drop is lost before',
  },
  {
    name: 'xdp-map-holds',
    statement: 'A map of XDP sends a frame, whole and once, to each device that it names, and to no other.',
    source: 'Documentation/bpf/map_devmap.rst, Documentation/bpf/map_cpumap.rst, bpf-helpers(7) (bpf_redirect_map)',
    brokenBy: 'a map of XDP has one device twice',
  },
  {
    name: 'xsk-frames',
    statement:
      'A frame that XDP hands to a socket of AF_XDP arrives whole, unchanged and once, or is counted as dropped.',
    source: 'Documentation/networking/af_xdp.rst (RX Ring, XDP_STATISTICS)',
    brokenBy: 'one bit of a frame in a chunk is flipped',
  },
  {
    name: 'chunk-is-owned',
    statement: 'AF_XDP writes only to chunks that user space gave to the kernel, and returns each once.',
    source: 'Documentation/networking/af_xdp.rst (UMEM, UMEM Fill Ring)',
    brokenBy: 'the kernel writes to a chunk of user space',
  },
  {
    name: 'xsk-completes',
    statement: 'Each descriptor that AF_XDP takes from the TX ring completes once, and no other completes.',
    source: 'Documentation/networking/af_xdp.rst (TX Ring, UMEM Completion Ring)',
    brokenBy: 'a descriptor of AF_XDP completes twice',
  },
  {
    name: 'link-comes-up',
    statement: 'When both devices on a wire are up, frames come through after a while.',
    source: 'IFF_RUNNING of netdevice(7)',
    brokenBy: 'a wire carries nothing to one end',
  },
  {
    name: 'given-back',
    statement: 'After a program and its namespaces have ended, the kernel holds no more objects than before.',
    source: 'close(2), network_namespaces(7)',
    brokenBy: 'each program leaves a socket behind',
  },
] as const satisfies readonly UserPromise[];

export type PromiseName = (typeof PROMISES)[number]['name'];
