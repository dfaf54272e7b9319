import { pickHandle } from '../../pick';
import { newQdisc, type Qdisc } from '../abi/tc/qdisc';
import { fq, netem, pfifo, prio, tbf } from '../abi/tc/qdiscs';
import { defineOutside } from '../define_outside';
import { cpumapWaitSteps } from '../link/cpumap_wait';
import { linkOf, nearOf } from '../link/devices';
import { rtnetlinkSteps } from '../link/steps/netlink_steps';

/** Queues that lose nothing of what a program sends: tc-netem(8), tc-tbf(8), tc-fq(8), tc-prio(8), tc-pfifo(8). */
export const QUEUE_KINDS = ['netem', 'netem_twice', 'tbf', 'fq', 'prio', 'pfifo'] as const;
export type QueueKind = (typeof QUEUE_KINDS)[number];

const LIMIT_PACKETS = 10_000;
const RATE = 1_000_000_000;
const BURST_BYTES = 100_000_000;
/** link_hold has the handle 1: a qdisc of another kind with the same handle is refused (tc_modify_qdisc). */
const FIRST_HANDLE = 2;

const QUEUES: Readonly<Record<QueueKind, Qdisc>> = {
  netem: netem({ limit_packets: LIMIT_PACKETS }),
  netem_twice: netem({ limit_packets: LIMIT_PACKETS, duplicate: 1 }),
  tbf: tbf(RATE, BURST_BYTES, BURST_BYTES),
  fq: fq({ limit_packets: LIMIT_PACKETS, flowLimit_packets: LIMIT_PACKETS, pacing: false }),
  prio: prio(3),
  pfifo: pfifo(LIMIT_PACKETS),
};

export const QUEUE = defineOutside({
  name: 'queue',
  number: 83,
  args: [
    { name: 'link', type: 'link' },
    { name: 'kind', type: 'enum', words: QUEUE_KINDS },
  ],
  promised: {
    text: 'Each packet that enters the link leaves the queue once, or twice where the queue repeats all.',
    source: 'tc-netem(8), tc-tbf(8), tc-fq(8), tc-prio(8), tc-pfifo(8)',
  },
  syscall: 'sendto',
  errors: [],
  // Of a program without descriptors that are free.
  elsewhere: ['EBADF', 'EMFILE'],
  weight: 3,
  usuallyNext: ['burst', 'burst', 'capture'],
  draw(world, draw, args) {
    args.link = pickHandle(world, draw, 'link', ({ kind, holds }) => kind !== 'nic' && kind !== 'tun' && !holds);
    args.kind = draw.below(QUEUE_KINDS.length);
    return args.link >= 0;
  },
  run(world, { link }) {
    linkOf(world, link).holds = false;
  },
  steps: (world, { link, kind }, _result, memory) => [
    ...rtnetlinkSteps(memory, [
      newQdisc(nearOf(linkOf(world, link)).ifindex, 'root', FIRST_HANDLE + kind, QUEUES[QUEUE_KINDS[kind]]),
    ]),
    ...cpumapWaitSteps(world),
  ],
});
