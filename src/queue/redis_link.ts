import { Redis, type RedisOptions } from 'ioredis';
import { firstLine, TargetUnavailableError, UsageError } from '../session/errors';

const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 2_000;
const CONNECT_MS = 10_000;
const PING_MS = 5_000;
const SILENT_MS = 15_000;
/** Older versions lack commands that BullMQ needs, or have bugs in them. */
const OLDEST = [6, 2];

/** @throws UsageError when the text is no address of a Redis */
export function checkQueueUrl(text: string): string {
  if (/^postgres(ql)?:/.test(text))
    throw new UsageError('--queue takes redis://…: a queue in PostgreSQL is not supported');
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new UsageError(`--queue takes redis://host:port, not '${withoutPassword(text)}'`);
  }
  const isRedis = url.protocol === 'redis:' || url.protocol === 'rediss:';
  if (!isRedis || url.hostname === '' || !/^\/?\d*$/.test(url.pathname))
    throw new UsageError(
      `--queue takes redis://host:port or redis://host:port/database, not '${withoutPassword(text)}'`,
    );
  return text;
}

export function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}

/** A connection to Redis that waits while Redis is unreachable, and says so once. */
export class RedisLink {
  private isGone = false;
  private isClosed = false;
  private asked_ms = 0;
  readonly redis: Redis;
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly url: string,
    private readonly say: (line: string) => void,
  ) {
    const wait = (times: number): number => Math.min(RETRY_MAX_MS, RETRY_MIN_MS * times);
    // BullMQ copies these options for its connections, so they end with this one.
    const retryStrategy = (times: number): number | null => (this.isClosed ? null : wait(times));
    const redis = make(url, { maxRetriesPerRequest: null, retryStrategy });
    this.redis = redis;
    this.timer = setInterval(() => this.ping(), PING_MS).unref();
    redis.on('close', () => this.gone('is gone'));
    redis.on('ready', () => this.back());
  }

  /**
   * @throws UsageError when the URL is not valid
   * @throws TargetUnavailableError when Redis does not answer, refuses us or is too old
   */
  static async open(url: string, say: (line: string) => void): Promise<RedisLink> {
    checkQueueUrl(url);
    await assertUsable(url, say);
    return new RedisLink(url, say);
  }

  /** Closes the connection. Commands that wait for an answer fail. */
  close(): void {
    clearInterval(this.timer);
    this.isGone = true;
    this.isClosed = true;
    // While ioredis waits for its next try, disconnecting now would leave waiting commands without an answer.
    if (this.redis.status === 'reconnecting') this.redis.once('ready', () => this.redis.disconnect());
    else this.redis.disconnect();
  }

  private gone(how: string): void {
    if (this.isGone) return;
    this.isGone = true;
    this.say(`${withoutPassword(this.url)} ${how}: waiting for it, nothing is lost`);
  }

  private back(): void {
    if (!this.isGone || this.isClosed) return;
    this.isGone = false;
    this.say(`${withoutPassword(this.url)} is back: going on`);
  }

  /** Detects a machine that was switched off, which does not close its connections. */
  private ping(): void {
    if (this.redis.status !== 'ready') return;
    if (this.asked_ms > 0) {
      if (performance.now() - this.asked_ms > SILENT_MS) this.gone('does not answer');
      return;
    }
    this.asked_ms = performance.now();
    this.redis.ping().then(
      () => this.answered(),
      () => (this.asked_ms = 0),
    );
  }

  private answered(): void {
    this.asked_ms = 0;
    this.back();
  }
}

function make(url: string, options: RedisOptions): Redis {
  const redis = new Redis(url, { ...options, connectTimeout: CONNECT_MS, keepAlive: PING_MS });
  // Every failed try emits an error. The events 'close' and 'ready' say whether Redis is there.
  redis.on('error', () => undefined);
  return redis;
}

/** Connects once, without retries, so that a mistake in the URL shows at once. */
async function assertUsable(url: string, say: (line: string) => void): Promise<void> {
  const redis = make(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  let last: unknown;
  redis.on('error', (error) => (last = error));
  const fail = (why: string): never => {
    const plain = why.startsWith('NOAUTH') ? 'it wants a password: redis://:PASSWORD@host:port' : why;
    throw new TargetUnavailableError(`cannot use ${withoutPassword(url)}: ${plain}`);
  };
  try {
    await redis.connect();
    const info = await redis.info('server');
    if (last !== undefined) fail(firstLine(last));
    const [, version = '0'] = /^redis_version:(\S+)/m.exec(info) ?? [];
    const [major, minor] = version.split('.').map(Number);
    if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
      fail(`it is Redis ${version}, and ${OLDEST.join('.')} or newer is needed`);
    const policy = /^maxmemory_policy:(\S+)/m.exec(await redis.info('memory'))?.[1];
    if (policy !== undefined && policy !== 'noeviction')
      say(`${withoutPassword(url)} may drop what it holds (maxmemory-policy ${policy}): noeviction is better`);
  } catch (error) {
    if (error instanceof TargetUnavailableError) throw error;
    fail(firstLine(last ?? error) || 'it does not answer');
  } finally {
    redis.disconnect();
  }
}
