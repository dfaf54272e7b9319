import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cachePath, openCache, readRecord, tryLock, withLock } from '../src/targets/linux/cache';
import { TargetUnavailableError } from '../src/session/errors';
import { ensureInitrd, initrdKey } from '../src/targets/linux/module_build';
import { pruneCache } from '../src/targets/linux/prune';

/** The owner of a lock that has died. */
const DEAD = '4194304999 1';
let folder: string;
const savedCache = process.env.SKBCHECK_CACHE;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'skbcheck-cache-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  if (savedCache === undefined) delete process.env.SKBCHECK_CACHE;
  else process.env.SKBCHECK_CACHE = savedCache;
});

describe('the cache directory', () => {
  it('is the directory that the environment names', () => {
    expect(cachePath({ SKBCHECK_CACHE: '/a', XDG_CACHE_HOME: '/b', HOME: '/c' })).toBe('/a');
    expect(cachePath({ XDG_CACHE_HOME: '/b', HOME: '/c' })).toBe('/b/skbcheck');
    expect(cachePath({ HOME: '/c' })).toBe('/c/.cache/skbcheck');
  });

  it('is created', () => {
    process.env.SKBCHECK_CACHE = join(folder, 'deep', 'down');
    expect(existsSync(openCache())).toBe(true);
  });

  it('reports in one line that it cannot be used', () => {
    writeFileSync(join(folder, 'file'), '');
    process.env.SKBCHECK_CACHE = join(folder, 'file', 'below');
    expect(openCache).toThrow(TargetUnavailableError);
    expect(openCache).toThrow(/^cannot use the cache .*\/file\/below: [^\n]+; set SKBCHECK_CACHE[^\n]*$/);
  });

  it('reports a refusal of the system at once, without waiting', () => {
    process.env.SKBCHECK_CACHE = '/proc/skbcheck';
    expect(openCache).toThrow(TargetUnavailableError);
  });

  it('has no record for a file that is missing or cut short', () => {
    expect(readRecord(join(folder, 'none.json'))).toBeUndefined();
    writeFileSync(join(folder, 'half.json'), '{"target":');
    expect(readRecord(join(folder, 'half.json'))).toBeUndefined();
  });
});

describe('a lock of the cache', () => {
  it('admits one holder at a time', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await new Promise((wake) => setTimeout(wake, 20));
      inside--;
    };
    await Promise.all([1, 2, 3].map(() => withLock(folder, 'test', work)));
    expect(most).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is taken over from an owner that died', async () => {
    writeFileSync(join(folder, 'test.lock'), DEAD);
    expect(await withLock(folder, 'test', () => Promise.resolve('done'))).toBe('done');
  });

  it('is taken over by one process at a time, also after one that died while it did so', () => {
    const [lock, guard] = ['test.lock', 'test.lock.drop'].map((name) => join(folder, name));
    writeFileSync(lock, DEAD);
    expect(tryLock(guard)).toBe(true);
    expect([1, 2, 3].map(() => tryLock(lock))).toEqual([false, false, false]);
    expect(readFileSync(lock, 'utf8')).toBe(DEAD);
    writeFileSync(guard, DEAD);
    // The first try drops the guard, the second the lock.
    expect([1, 2, 3, 4].map(() => tryLock(lock))).toEqual([false, false, true, false]);
    rmSync(lock);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is released when the work fails', async () => {
    await expect(withLock(folder, 'test', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a file that the cache no longer needs', () => {
  const DAY_S = 24 * 3600;
  const KEY = '0e155bfb5909d867ef01714c';
  const OTHER = 'dd0b2b4feab496fb4cd9fe55';

  /** Creates a file of the cache, last changed some days ago; a name that ends in `/` is a folder with a file in it. */
  function put(name: string, days: number): string {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    if (name.endsWith('/')) {
      mkdirSync(path);
      writeFileSync(join(path, 'skbcheck.o'), '');
    } else writeFileSync(path, '');
    const then_s = Date.now() / 1000 - days * DAY_S;
    utimesSync(path, then_s, then_s);
    return path.replace(/\/$/, '');
  }

  const left = (): string[] => ['initrd', 'build'].flatMap((name) => readdirSync(join(folder, name))).sort();

  it('is removed after 14 days, unless a target needs it', () => {
    const needed = put(`initrd/${KEY}.cpio.gz`, 400);
    const old = [
      put(`initrd/${OTHER}.cpio.gz`, 15),
      put('initrd/half.cpio.gz.part', 15),
      put(`build/${KEY}-1a2b/`, 15),
    ];
    put(`initrd/5e6d6baaabc0d25caa77deff.cpio.gz`, 13);
    put(`build/${OTHER}-3c4d/`, 13);
    put('kernels/6.1.0-9-amd64/', 400);
    expect(pruneCache(folder, [needed]).sort()).toEqual([...old].sort());
    expect(left()).toEqual([`${KEY}.cpio.gz`, '5e6d6baaabc0d25caa77deff.cpio.gz', `${OTHER}-3c4d`].sort());
    expect(existsSync(join(folder, 'kernels/6.1.0-9-amd64/skbcheck.o'))).toBe(true);
    expect(pruneCache(folder, [needed], Date.now() + 2 * DAY_S * 1000)).toHaveLength(2);
    expect(left()).toEqual([`${KEY}.cpio.gz`]);
  });

  it('is kept while a living builder builds it, and removed when the builder died', async () => {
    const image = put(`initrd/${KEY}.cpio.gz`, 15);
    const build = put(`build/${KEY}-1a2b/`, 15);
    await withLock(folder, `initrd-${KEY}`, () => Promise.resolve(expect(pruneCache(folder, [])).toEqual([])));
    writeFileSync(join(folder, `initrd-${KEY}.lock`), '4194304999 1');
    expect(pruneCache(folder, [])).toEqual([image, build]);
  });

  it('is kept while a process has it on its command line, as QEMU does', async () => {
    const image = put(`initrd/${KEY}.cpio.gz`, 15);
    const child = spawn(process.execPath, ['-e', 'process.stdin.on("data", () => 0)', '--', '-initrd', image]);
    try {
      await once(child, 'spawn');
      expect(pruneCache(folder, [])).toEqual([]);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    expect(pruneCache(folder, [])).toEqual([image]);
  });

  it('does not exist in a cache that is new', () => expect(pruneCache(join(folder, 'none'), [])).toEqual([]));

  it('is not an image that was used lately: each use touches it', async () => {
    const tree = join(folder, 'tree');
    mkdirSync(tree);
    const kernel = { target: 'tree', image: join(tree, 'bzImage'), buildTree: tree, modules: tree };
    const image = put(`initrd/${initrdKey(kernel)}.cpio.gz`, 15);
    expect(await ensureInitrd(kernel, folder, () => undefined)).toBe(image);
    expect(pruneCache(folder, [])).toEqual([]);
  });
});
