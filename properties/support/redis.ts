import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { Redis } from 'ioredis';

/** Returns whether there is a redis-server; with `SKBCHECK_REQUIRE_REDIS=1` its absence is an error. */
export function hasRedis(): boolean {
  if (process.env.SKBCHECK_REQUIRE_REDIS === '1') return true;
  return spawnSync('redis-server', ['--version']).status === 0;
}

/** A Redis of the test's own, which keeps its data in a folder. */
export class TestRedis {
  private server: ChildProcess | null = null;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {}

  static async start(folder: string): Promise<TestRedis> {
    const redis = new TestRedis(folder, await freePort());
    await redis.start();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const words = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder];
    this.server = spawn('redis-server', [...words, '--appendonly', 'yes', '--save', ''], { stdio: 'ignore' });
    await this.ask((client) => client.ping());
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const { server } = this;
    if (server === null) return;
    this.server = null;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill(signal);
    await ended;
  }

  /**
   * Waits until only this key is left: machines release their queues within a second or two of the end.
   * @throws when another key stays
   */
  async untilOnly(key: string): Promise<void> {
    let keys: string[] = [];
    for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 100))) {
      keys = await this.ask((client) => client.keys('*'));
      if (keys.join() === key) return;
    }
    throw new Error(`in Redis there is still ${keys.join(' ')}`);
  }

  async ask<T>(question: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis(this.url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
    client.on('error', () => undefined);
    try {
      return await question(client);
    } finally {
      client.disconnect();
    }
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
