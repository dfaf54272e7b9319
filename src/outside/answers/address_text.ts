import { portOf, SECOND_ADDRESS } from '../../commands/outside/socket/address';
import { FDS_MAX } from '../../commands/outside/step';

const FAMILIES: Readonly<Record<number, 'unix' | 'inet' | 'inet6' | 'vsock' | undefined>> = {
  ...{ 1: 'unix', 2: 'inet', 10: 'inet6', 40: 'vsock' },
};
/** Ports below are those that programs name in other ways: socket_at, and raw packets. */
const CHOSEN_FROM = 10_000;

/** Names the ports that a kernel chose by the order in which a program meets them. */
export class PortNames {
  private readonly chosen = new Map<number, number>();

  /** `10003`, `chosen 1`. */
  text(port: number): string {
    if (isOwn(port)) return String(port);
    const number = this.chosen.get(port) ?? this.chosen.size + 1;
    this.chosen.set(port, number);
    return `chosen ${number}`;
  }
}

/** A port that a program binds: see address.ts of the commands. */
function isOwn(port: number): boolean {
  const isSecond = port >= portOf(SECOND_ADDRESS) && port < portOf(SECOND_ADDRESS + FDS_MAX);
  return port < CHOSEN_FROM || (port >= portOf(0) && port < portOf(FDS_MAX)) || isSecond;
}

/**
 * A struct sockaddr as text.
 * @param bytes - as the kernel wrote it; zeros may follow
 */
export function addressText(bytes: Buffer, ports: PortNames): string {
  if (bytes.length < 2) return `${bytes.length} bytes`;
  const family = FAMILIES[bytes.readUInt16LE(0)];
  switch (family) {
    case 'inet':
      return `${[...bytes.subarray(4, 8)].join('.')}:${ports.text(bytes.readUInt16BE(2))}`;
    case 'inet6':
      // Neither flow nor scope are set by a program.
      return `${bytes.toString('hex', 8, 24)}:${ports.text(bytes.readUInt16BE(2))} ${bytes.toString('hex', 4, 8)}`;
    case 'vsock':
      return `vsock ${bytes.readUInt32LE(8)}:${ports.text(bytes.readUInt32LE(4))}`;
    case 'unix':
      return `unix ${JSON.stringify(bytes.toString('latin1', 2).replace(/\0+$/, ''))}`;
    default:
      return `family ${bytes.readUInt16LE(0)}`;
  }
}
