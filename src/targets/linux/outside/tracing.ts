import { MessageType } from '../../../protocol/messages';
import { encodeAttach, encodeTraceFile, type Tracing } from '../../../protocol/tracing';
import type { Vm } from '../vm';

const ANSWER_MS = 30_000;
const EIO = 5;

/** The tracing of a guest. */
export function tracingOf(vm: Vm): Tracing {
  const status = async (type: MessageType, payload: Buffer): Promise<number> => {
    const answer = await vm.ask(type, payload, ANSWER_MS);
    return answer.death ? -EIO : answer.reply.status;
  };
  return {
    write: (file, text) => status(MessageType.TraceWrite, encodeTraceFile(file, text)),
    read: async (file) => {
      const answer = await vm.ask(MessageType.TraceRead, encodeTraceFile(file, ''), ANSWER_MS);
      return answer.death || answer.reply.status !== 0 ? '' : answer.reply.payload.toString('latin1');
    },
    attach: (event, instructions) => status(MessageType.TraceAttach, encodeAttach(event, instructions)),
    detach: async () => void (await status(MessageType.TraceAttach, Buffer.alloc(0))),
  };
}
