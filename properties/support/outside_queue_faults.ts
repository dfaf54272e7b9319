import { be32 } from '../../src/commands/outside/abi/bytes';
import { ownFd } from '../../src/commands/outside/own_fd';
import type { Step, SyscallStep } from '../../src/commands/outside/step';
import { flipped, type OutsideFault, told } from './outside_fault';

const BYTES = 300;
const queued = (more: string): string => `nfqueue(count: 2, size: ${BYTES}${more})`;
/** struct nfqnl_msg_verdict_hdr: 0 is drop, 1 is accept (include/uapi/linux/netfilter.h). */
const verdictOf = (verdict: number, id: number): Buffer => Buffer.concat([be32(verdict), be32(id)]);
/** The socket that reads the queue of a call. */
const READER = ownFd('queueReader');

const isAnswer = (step: Step, id: number): boolean => step.op === 'poke' && step.bytes.includes(verdictOf(0, id));
const isWriteOfReader = (step: Step): step is SyscallStep =>
  step.op === 'syscall' && step.name === 'write' && step.args[0] === READER;

/** Faults of the promise about queues of netfilter. */
export const QUEUE_FAULTS: readonly OutsideFault[] = [
  {
    name: 'a packet arrives that its reader drops',
    promise: 'reader-decides',
    program: queued(', verdict: drop'),
    does: (program) => ({
      ...program,
      steps: program.steps.map((step) => {
        if (!isAnswer(step, 2) || step.op !== 'poke') return step;
        const bytes = Buffer.from(step.bytes);
        bytes.writeUInt32BE(1, bytes.indexOf(verdictOf(0, 2)));
        return { ...step, bytes };
      }),
    }),
  },
  {
    name: 'a packet that its reader lets through does not arrive',
    promise: 'reader-decides',
    program: queued(''),
    does: (program) => {
      const last = program.steps.findLastIndex(isWriteOfReader);
      return {
        ...program,
        steps: program.steps.map((step, at) => (at === last ? { op: 'peek', at: 0, bytes: 0 } : step)),
      };
    },
  },
  {
    name: 'a packet arrives with other bytes than its reader saw',
    promise: 'reader-decides',
    program: queued(''),
    says: told(
      ({ ret, out }) => ret === BYTES && out.length === 1,
      (result) => flipped(result, 0, BYTES - 1),
    ),
  },
  {
    name: 'a queue shows its reader another byte',
    promise: 'reader-decides',
    program: queued(', verdict: none'),
    says: told(
      ({ ret, out }) => ret > BYTES && out.length === 1 && out[0].length > BYTES,
      (result) => flipped(result, 0, result.ret - 1),
    ),
  },
];
