import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { ConsoleBuffer } from './console_buffer';
import { spawnQemu, type Machine } from './qemu';
import type { Wire } from './outside/wire';

/** The path of a Unix socket must fit in 108 bytes. */
const SOCKET_FOLDER_MAX_CHARS = 80;

/** One QEMU process, its console, and the two sockets between it and us. */
export class VmProcess {
  readonly console = new ConsoleBuffer();
  /** Resolves after all output with the way in which QEMU ended: "status 1", "SIGKILL". */
  readonly ended: Promise<string>;
  stderr = '';
  private readonly child: ChildProcess;
  private readonly folder: string;
  private readonly servers: Server[] = [];
  private monitor?: Socket;

  private constructor(folder: string, servers: Server[], child: ChildProcess) {
    this.folder = folder;
    this.servers = servers;
    this.child = child;
    child.stdout?.on('data', (chunk: Buffer) => this.console.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => (this.stderr = (this.stderr + chunk.toString()).slice(-4096)));
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => resolve(signal ?? `status ${code}`));
    });
    void this.ended.then(() => this.cleanUp());
  }

  /**
   * Starts QEMU; the sockets connect within the first milliseconds.
   * @param machine - without its sockets, which are made here
   * @param onLink - called with the socket that carries frames
   * @param wire - to which the network devices of the machine are connected
   */
  static async start(
    machine: Omit<Machine, 'linkSocket' | 'monitorSocket' | 'nics'>,
    onLink: (link: Socket) => void,
    wire?: Wire,
  ): Promise<VmProcess> {
    const parent = tmpdir().length > SOCKET_FOLDER_MAX_CHARS ? '/tmp' : tmpdir();
    const folder = mkdtempSync(join(parent, 'skbcheck-vm-'));
    const linkSocket = join(folder, 'link');
    const monitorSocket = join(folder, 'monitor');
    let started: VmProcess | undefined;
    const servers: Server[] = [];
    try {
      servers.push(await listen(linkSocket, onLink));
      servers.push(await listen(monitorSocket, (socket) => started?.setMonitor(socket)));
      const nics = wire?.nicsIn(folder) ?? [];
      for (const [end, nic] of nics.entries())
        servers.push(await listen(nic.socket, (socket) => wire?.attach(end, socket)));
      started = new VmProcess(folder, servers, spawnQemu({ ...machine, linkSocket, monitorSocket, nics }));
      return started;
    } catch (error) {
      servers.forEach((server) => server.close());
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Undefined: QEMU could not be started. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Interrupts the guest with an NMI, which no loop can mask. Its kernel panics and prints its place. */
  sendNmi(): void {
    this.monitor?.write('nmi\n');
  }

  /** Ends QEMU in any state. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  private setMonitor(socket: Socket): void {
    this.monitor = socket;
    socket.on('error', () => undefined);
    socket.resume();
  }

  private cleanUp(): void {
    this.servers.forEach((server) => server.close());
    this.monitor?.destroy();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function listen(path: string, onConnection: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(onConnection);
    server.once('error', reject);
    server.listen(path, () => resolve(server));
  });
}
