import { RECV_FLAGS, RECV_OUT } from '../../commands/outside/socket/recv';
import { MEMINFO_BYTES } from '../../commands/outside/socket/end';
import type { StepResult, SyscallStep } from '../../commands/outside/step';
import { addressText } from './address_text';
import type { AnswerField, CallAnswer } from './answer';
import type { Reading } from './reading';
import { choiceOfReturn } from './choice_of_return';
import { messageFields } from './control_text';
import { argOf, isLoose } from './descriptors';
import type { FreeChoiceName } from './free_choices';
import { returnText } from './return_text';

/* The bytes that a system call which succeeded left in the program's memory. */

const SO_MEMINFO = 55;
const FIONREAD = 0x541b;
const NLMSG_ERROR = 2;
const NLMSGHDR_BYTES = 16;

export const isMeminfo = ({ name, args: [, , option] }: SyscallStep): boolean =>
  name === 'getsockopt' && option === SO_MEMINFO;
const isQuestion = ({ args: [, request] }: SyscallStep): boolean => request === FIONREAD;

/** The fields behind the return value. */
export function outFields(reading: Reading, step: SyscallStep, { out, ret }: StepResult): AnswerField[] {
  if (out.length === 0) return [];
  switch (step.name) {
    case 'recvmsg':
      return receivedFields(reading, out);
    case 'accept4':
    case 'getsockname':
      return [{ name: 'address', value: addressText(out[0], reading.ports) }];
    case 'getsockopt':
      return [valueField(isMeminfo(step) ? 'counters' : 'value', out[0], isMeminfo(step) ? 'charge' : undefined)];
    case 'ioctl':
      return [valueField('value', out[0], isQuestion(step) && isLooseIn(reading) ? 'unread' : undefined)];
    case 'recvfrom':
      return [{ name: 'answer', value: netlinkText(out[0].subarray(0, ret)) }];
    case 'splice':
    case 'sendfile':
      return [valueField('offset', out[0], undefined)];
    default:
      return out.map((bytes) => ({ name: 'bytes', value: bytes }));
  }
}

const isLooseIn = ({ compiled, files }: Reading): boolean => isLoose(files.get(argOf(compiled, 'fd') ?? -1));

const valueField = (name: string, bytes: Buffer, choice: FreeChoiceName | undefined): AnswerField => ({
  name,
  value: bytes.length === MEMINFO_BYTES ? bytes.toString('hex') : numberText(bytes),
  ...(choice === undefined ? {} : { choice }),
});

function numberText(bytes: Buffer): string {
  if (bytes.length === 4) return String(bytes.readInt32LE());
  return bytes.length === 8 ? String(bytes.readBigInt64LE()) : bytes.toString('hex');
}

function receivedFields(reading: Reading, out: readonly Buffer[]): AnswerField[] {
  const { ports } = reading;
  const data = out[RECV_OUT.data];
  const choice = choiceOfReturn(reading);
  const others = messageFields(
    out[RECV_OUT.header],
    { name: out[RECV_OUT.name], control: out[RECV_OUT.control] },
    ports,
  );
  return [{ name: 'data', value: data, ...(choice === undefined ? {} : { choice }) }, ...others];
}

/** The acknowledgement of a message of rtnetlink: its error. The number of the process and the text are left out. */
function netlinkText(bytes: Buffer): string {
  if (bytes.length < NLMSGHDR_BYTES + 4) return `${bytes.length} bytes`;
  const type = bytes.readUInt16LE(4);
  return type === NLMSG_ERROR ? returnText(bytes.readInt32LE(NLMSGHDR_BYTES)) : `message ${type}`;
}

const flagBit = (word: (typeof RECV_FLAGS)[number]): number => 1 << RECV_FLAGS.indexOf(word);

/** The bytes that the call took out of a socket, or the file that it took them from out of sight. */
export function takenBy(
  reading: Reading,
  { ret, out }: StepResult,
): Pick<CallAnswer, 'taken' | 'hides' | 'writesFile'> {
  const { compiled, name } = reading;
  if (name === 'splice' || name === 'tee' || name === 'sendfile') {
    const writesFile = ret > 0 && reading.files.get(argOf(compiled, 'to') ?? -1)?.what === 'memfd';
    return { hides: argOf(compiled, 'from'), ...(writesFile ? { writesFile } : {}) };
  }
  if (name === 'recv_fd') return { hides: argOf(compiled, 'fd') };
  if (name !== 'recv') return {};
  const fd = argOf(compiled, 'fd') ?? -1;
  const flags = argOf(compiled, 'flags') ?? 0;
  if ((flags & flagBit('peek')) !== 0) return {};
  if ((flags & (flagBit('oob') | flagBit('trunc'))) !== 0) return { hides: fd };
  const isEnd = ret === 0 && (argOf(compiled, 'len') ?? 0) > 0;
  return { taken: { fd, bytes: ret > 0 ? out[RECV_OUT.data] : Buffer.alloc(0), atEnd: isEnd } };
}
