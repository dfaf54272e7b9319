import { parseCmsgs, type Cmsg } from '../../commands/outside/abi/msg';
import { MSGHDR_CONTROL_BYTES_AT, MSGHDR_FLAGS_AT, MSGHDR_NAME_BYTES_AT } from '../../commands/outside/msghdr';
import type { AnswerField } from './answer';
import { addressText, type PortNames } from './address_text';

/* The parts of a message that recvmsg(2) wrote. */

const SOL_SOCKET = 1;
const SCM_CREDENTIALS = 2;
/** SO_TIMESTAMP, SO_TIMESTAMPNS, SO_TIMESTAMPING and their forms with 64 bits (include/uapi/asm-generic/socket.h). */
const TIMES = [29, 35, 37, 63, 64, 65];
const TIME_BYTES = 16;

/** Fields of a struct msghdr and the buffers that it names. */
export function messageFields(
  header: Buffer,
  { name, control }: { readonly name?: Buffer; readonly control: Buffer },
  ports: PortNames,
): AnswerField[] {
  const used = control.subarray(0, header.readUInt32LE(MSGHDR_CONTROL_BYTES_AT));
  const named = name?.subarray(0, header.readUInt32LE(MSGHDR_NAME_BYTES_AT));
  return [
    { name: 'msg_flags', value: `0x${header.readUInt32LE(MSGHDR_FLAGS_AT).toString(16)}` },
    ...(named === undefined || named.length === 0 ? [] : [{ name: 'address', value: addressText(named, ports) }]),
    { name: 'control', value: parseCmsgs(used).map(controlText).join('; ') },
  ];
}

/** Level, type and data of a piece of ancillary data, without times and numbers of processes. */
function controlText({ level, type, data }: Cmsg): string {
  return `${level}/${type} ${dataText(level, type, data)}`;
}

function dataText(level: number, type: number, data: Buffer): string {
  if (level !== SOL_SOCKET) return data.toString('hex');
  // struct ucred: process, user, group.
  if (type === SCM_CREDENTIALS) return `process, ${data.toString('hex', 4)}`;
  if (!TIMES.includes(type)) return data.toString('hex');
  const times = Array.from({ length: Math.floor(data.length / TIME_BYTES) }, (_, at) =>
    data.subarray(at * TIME_BYTES, (at + 1) * TIME_BYTES).some((byte) => byte !== 0) ? 'time' : 'none',
  );
  return times.join(' ');
}
