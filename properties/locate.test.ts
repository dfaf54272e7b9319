import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TargetUnavailableError, UsageError } from '../src/session/errors';
import { availableTargets, locateKernel } from '../src/targets/linux/locate';
import { hasProgram, QEMU } from '../src/targets/linux/qemu';
import { Vm } from '../src/targets/linux/vm';
import { opens } from './support/opened';

let folder: string;
const savedCache = process.env.SKBCHECK_CACHE;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'skbcheck-locate-test-'));
  process.env.SKBCHECK_CACHE = join(folder, 'cache');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  if (savedCache === undefined) delete process.env.SKBCHECK_CACHE;
  else process.env.SKBCHECK_CACHE = savedCache;
});

/** The error for a target name: its class; it must be one line. */
function complaint(name: string): Error {
  try {
    locateKernel(name);
  } catch (error) {
    expect((error as Error).message).not.toContain('\n');
    return error as Error;
  }
  throw new Error(`${name} was found`);
}

function put(...files: string[]): void {
  for (const file of files) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), 'not a kernel');
  }
}

describe('a target name', () => {
  it('of a series that is not set up gets the command that sets it up', () => {
    expect(availableTargets()).toEqual([]);
    expect(complaint('linux-6.1')).toBeInstanceOf(TargetUnavailableError);
    expect(complaint('linux-6.1').message).toContain('npx skbcheck kernel setup');
  });

  it('that names nothing is a usage error', () => {
    expect(complaint('linux-5.4')).toBeInstanceOf(UsageError);
    put('file');
    expect(complaint(join(folder, 'file'))).toBeInstanceOf(UsageError);
  });

  it('of a directory needs a bzImage, then a build tree', () => {
    expect(complaint(folder).message).toMatch(/no bzImage in .*make bzImage/);
    put('arch/x86/boot/bzImage');
    expect(complaint(folder).message).toMatch(/no build tree in .*make bzImage modules/);
    put('build/Makefile', 'build/.config', 'build/Module.symvers');
    expect(locateKernel(folder)).toEqual({
      target: folder,
      image: join(folder, 'arch/x86/boot/bzImage'),
      buildTree: join(folder, 'build'),
      modules: join(folder, 'build'),
    });
  });
});

describe('a bzImage that does not boot', () => {
  (hasProgram(QEMU) ? it : it.skip)('is a result', async () => {
    put('bzImage', 'initrd');
    const boot = await Vm.boot({
      kernelImage: join(folder, 'bzImage'),
      initrd: join(folder, 'initrd'),
      bootTimeout_ms: 3000,
    });
    if (boot.vm) await opens(boot.vm);
    expect(boot.death).toMatchObject({ kind: 'boot-failed' });
  });

  it('is a target error when QEMU is missing', async () => {
    const path = process.env.PATH;
    process.env.PATH = folder;
    try {
      await expect(Vm.boot({ kernelImage: '/none', initrd: '/none' })).rejects.toThrow(TargetUnavailableError);
    } finally {
      process.env.PATH = path;
    }
  });
});
