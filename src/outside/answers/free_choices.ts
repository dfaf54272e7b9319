/**
 * A part of an answer that no document promises: two kernels may answer differently there, and neither is wrong. This
 * is the only place that says what is left out of a comparison of two kernels.
 */
export interface FreeChoice {
  readonly name: string;
  /** The part of the answer, in half a sentence. */
  readonly part: string;
  /** The reason that it may differ, in one sentence. */
  readonly reason: string;
  readonly source: string;
  /**
   * - moved: only numbers of bytes, and EAGAIN or EINTR of a call that would wait, are the kernel's choice; another
   *   error is compared
   * - any: the whole value is
   */
  readonly extent: 'moved' | 'any';
  /** Later answers of the same files follow from it, so that they say nothing once it differs. */
  readonly spreads: boolean;
}

/** The order is that of lists. */
export const FREE_CHOICES = [
  {
    name: 'room',
    part: 'the number of bytes that a call which sends takes, and whether it takes any at once',
    reason: 'The limits of buffers count the memory of packets, whose size each release chooses.',
    source: 'SO_SNDBUF of socket(7), sk_stream_memory_free of include/net/sock.h',
    extent: 'moved',
    spreads: true,
  },
  {
    name: 'cut',
    part: 'where the bytes of TCP, MPTCP and vsock are cut into reads, and when they arrive',
    reason: 'Segments, their joining and the work queue that delivers them are the kernel’s; the bytes in all are not.',
    source: 'RFC 9293 section 3.7, tcp(7), drivers of net/vmw_vsock/vsock_loopback.c',
    extent: 'moved',
    spreads: true,
  },
  {
    name: 'blocked',
    part: 'whether a reader with kernel TLS that cannot read gets to the end of the stream',
    reason: 'Nobody takes the bytes that are no records, so the end arrives only if all of them fit into the buffer.',
    source: 'tls_strp_abort_strp of net/tls/tls_strp.c, RFC 9293 section 3.8.6',
    extent: 'moved',
    spreads: true,
  },
  {
    name: 'reset',
    part: 'whether a stream ends by its end or by ECONNRESET or EPIPE, once a socket that has to do with it is closed',
    reason: 'A close with unread bytes resets a connection, and what the peer had not got by then depends on windows.',
    source: 'RFC 2525 section 2.17, RFC 9293 section 3.10.4, tcp_close of net/ipv4/tcp.c',
    extent: 'any',
    spreads: true,
  },
  {
    name: 'pieces',
    part: 'the number of bytes that a splice takes from a socket into a pipe',
    reason: 'A pipe has a slot for each piece of memory, and the kernel chooses the pieces.',
    source: 'splice(2), skb_splice_bits of net/core/skbuff.c',
    extent: 'moved',
    spreads: true,
  },
  {
    name: 'dropped',
    part: 'which datagrams a socket keeps that counted drops',
    reason: 'A full buffer drops datagrams, and it counts the memory of packets.',
    source: 'SO_RCVBUF of socket(7), SK_MEMINFO_DROPS of include/uapi/linux/sock_diag.h',
    extent: 'moved',
    spreads: true,
  },
  {
    name: 'overlap',
    part: 'the bytes of a file that was spliced or sent to itself, and those that are read from it later',
    reason: 'A pipe holds the pages of the file: they are read while they are written, from either end.',
    source: 'splice(2), memcpy_from_iter of lib/iov_iter.c, memcpy(3) about areas that overlap',
    extent: 'any',
    spreads: true,
  },
  {
    name: 'frames',
    part: 'the frames that a packet socket captures',
    reason: 'Devices send frames of their own by timers: neighbours, routers, groups.',
    source: 'packet(7), RFC 4861 section 6.3.7',
    extent: 'any',
    spreads: true,
  },
  {
    name: 'unread',
    part: 'the number of bytes of TCP, MPTCP or vsock that have arrived',
    reason: 'Bytes that wait for a window, for more data, or for a work queue have not arrived yet.',
    source: 'SIOCINQ of tcp(7), TCP_NODELAY and TCP_CORK of tcp(7)',
    extent: 'any',
    spreads: false,
  },
  {
    name: 'notices',
    part: 'when sends with MSG_ZEROCOPY are notified, and how notices are joined; not which sends are',
    reason: 'The kernel notifies when it has let go of the memory, and may join ranges that follow each other.',
    source: 'Documentation/networking/msg_zerocopy.rst, section Notification Batching',
    extent: 'any',
    spreads: false,
  },
  {
    name: 'acknowledged',
    part: 'for which bytes of TCP the time of the acknowledgement is told, and how often',
    reason: 'Sends that share a segment share its time, and the receiver chooses when it acknowledges.',
    source: 'SOF_TIMESTAMPING_TX_ACK of Documentation/networking/timestamping.rst',
    extent: 'any',
    spreads: false,
  },
  {
    name: 'charge',
    part: 'the counters of the memory of a socket',
    reason: 'They count the memory of packets and the sizes of buffers, which each release chooses.',
    source: 'include/uapi/linux/sock_diag.h (SK_MEMINFO_VARS), SO_RCVBUF of socket(7)',
    extent: 'any',
    spreads: false,
  },
  {
    name: 'memory',
    part: 'ENOMEM and ENOBUFS in the place of any result',
    reason: 'Where memory is short depends on all that the kernel did before.',
    source: 'the man page of each call',
    extent: 'any',
    spreads: true,
  },
] as const satisfies readonly FreeChoice[];

export type FreeChoiceName = (typeof FREE_CHOICES)[number]['name'];

export const freeChoice = (name: FreeChoiceName): FreeChoice =>
  FREE_CHOICES.find((one) => one.name === name) as FreeChoice;

/**
 * Parts of answers that are read in another form, so that the kernel's choice is not in them. They are no choices that
 * could be counted.
 */
export const READ_OTHERWISE: readonly { readonly part: string; readonly form: string }[] = [
  { part: 'a port that the kernel chose', form: 'its number among those that the program met' },
  { part: 'a time', form: 'whether it is there' },
  { part: 'the number of a process', form: 'whether it is there' },
  { part: 'the text of an error of netlink', form: 'left out; its number is compared' },
  { part: 'what a call that fails left in its buffers', form: 'left out' },
];
