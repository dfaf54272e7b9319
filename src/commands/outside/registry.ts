import type { Command } from '../command';
import { MEMFD_CREATE } from './file/memfd';
import { PAIR_END, PIPE2, SOCKETPAIR } from './file/pair';
import { SENDFILE, SPLICE, TEE, VMSPLICE } from './file/splice';
import { OUTSIDE_NAMES } from './outside_name';
import { ACCEPT, BIND, CONNECT, LISTEN } from './socket/connection';
import { CLOSE, DRAIN, MEMINFO, SHUTDOWN } from './socket/end';
import { SOCKATMARK, UNREAD } from './socket/ioctls';
import { SETSOCKOPT } from './socket/options';
import { RECV } from './socket/recv';
import { SEND } from './socket/send';
import { SOCKET } from './socket/socket';
import { ZEROCOPY_DONE } from './socket/zerocopy_done';
import { uniqueOpcodes } from '../unique_opcodes';

const RECORDS: readonly Command[] = [
  ...[SOCKET, BIND, LISTEN, CONNECT, ACCEPT, SEND, RECV, SETSOCKOPT, SHUTDOWN, CLOSE, DRAIN, MEMINFO, ZEROCOPY_DONE],
  ...[SOCKETPAIR, PIPE2, PAIR_END, MEMFD_CREATE, SPLICE, SENDFILE, VMSPLICE, TEE, SOCKATMARK, UNREAD],
];

/** Every command of the outside, in the order of OUTSIDE_NAMES. */
export const OUTSIDE_COMMANDS: readonly Command[] = inOrder();

function inOrder(): Command[] {
  const byName = new Map(uniqueOpcodes(RECORDS).map((command) => [command.name, command]));
  return OUTSIDE_NAMES.map((name) => {
    const command = byName.get(name);
    if (command === undefined) throw new Error(`the command ${name} has no record in src/commands/outside/registry.ts`);
    return command;
  });
}
