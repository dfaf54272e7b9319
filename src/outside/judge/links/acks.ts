import { NLMSG_ERROR } from '../../../commands/outside/abi/uapi/netlink';
import type { Told } from '../history';

/** Of an answer of netlink: struct nlmsghdr and the error. netlink(7). */
const ANSWER_BYTES = 20;
const [TYPE_AT, SEQUENCE_AT, ERROR_AT] = [4, 8, 16];

/** The answers of the kernel to the messages of a call, by their numbers from 1 on: 0, or minus errno. */
export function acksOf(told: Told): ReadonlyMap<number, number> {
  const errors = new Map<number, number>();
  for (const { ret, out } of told.answersTo('recvfrom')) {
    const bytes = out.at(0);
    if (ret < ANSWER_BYTES || bytes === undefined || bytes.readUInt16LE(TYPE_AT) !== NLMSG_ERROR) continue;
    errors.set(bytes.readUInt32LE(SEQUENCE_AT), bytes.readInt32LE(ERROR_AT));
  }
  return errors;
}

/** Whether the kernel did as messages say that follow each other. @param first - position of the first of them */
export function didAll(told: Told, messages: number, first = 0): boolean {
  const acks = acksOf(told);
  return Array.from({ length: messages }, (_, at) => acks.get(first + at + 1)).every((error) => error === 0);
}
