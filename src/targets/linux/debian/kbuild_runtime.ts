import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { TargetUnavailableError } from '../../../session/errors';
import { plural } from '../../../program/counts';
import { run } from '../run';
import type { DebianArchive } from './archive';
import { unpackPackage } from './unpack_package';
import { compareVersions } from './release_order';

/** The libraries that programs of kbuild load (`ldd` of 7.3's modpost, objtool and resolve_btfids). */
const LIBRARIES = ['libc6', 'libelf1t64', 'zlib1g', 'libzstd1'];
const LOADER = 'usr/lib64/ld-linux-x86-64.so.2';
const LIBRARY_FOLDER = 'usr/lib/x86_64-linux-gnu';
const ELF_MAGIC = '7f454c46';
/** The libraries' folder in a kernel's folder. */
const RUNTIME = 'runtime';

/**
 * Lets the programs of a newer Debian's kbuild run here: those that need a newer C library than this system has are
 * started with that library, which is unpacked beside them. The system's own stays.
 * @param archive - has the library
 * @param folder - of an unpacked kernel
 * @param say - receives a line when there is something to do
 */
export async function ensureKbuildRuns(
  archive: DebianArchive,
  folder: string,
  say: (line: string) => void,
): Promise<void> {
  const here = await libraryVersion();
  const newer = programsOf(join(folder, 'usr', 'lib')).filter((file) => compareVersions(neededVersion(file), here) > 0);
  if (newer.length === 0) return;
  say(`unpacking a newer C library than ${here}, for ${plural(newer.length, 'program')} of kbuild`);
  const runtime = join(folder, RUNTIME);
  mkdirSync(runtime);
  await archive.download(runtime, LIBRARIES);
  for (const file of readdirSync(runtime).filter((name) => name.endsWith('.deb'))) {
    await unpackPackage(runtime, file, ['.']);
    rmSync(join(runtime, file));
  }
  if (!existsSync(join(runtime, LOADER)))
    throw new TargetUnavailableError(
      `libc6 of the repository has no ${LOADER}; use a kernel of your own: --target DIR`,
    );
  for (const program of newer) startWith(runtime, program);
}

/** The version of this system's C library, as 2.36; 0 where there is none of GNU's. */
async function libraryVersion(): Promise<string> {
  return /\d+\.\d+/.exec((await run('getconf', ['GNU_LIBC_VERSION'])).stdout)?.[0] ?? '0';
}

function programsOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.startsWith('linux-kbuild-'))
    .map((name) => join(folder, name))
    .filter((file) => {
      const { mode, size } = statSync(file, { throwIfNoEntry: false }) ?? { mode: 0, size: 0 };
      const isProgram = (mode & 0o170111) === 0o100111 && size > 4;
      return isProgram && readFileSync(file).toString('hex', 0, 4) === ELF_MAGIC;
    });
}

/** The newest version of the C library that a program asks for. */
function neededVersion(file: string): string {
  const versions = [
    ...readFileSync(file)
      .toString('latin1')
      .matchAll(/GLIBC_(\d+\.\d+)/g),
  ].map(([, version]) => version);
  return versions.sort(compareVersions).at(-1) ?? '0';
}

/** Puts a script in the program's place, which starts it with the library. Its paths are relative to itself. */
function startWith(runtime: string, program: string): void {
  const root = `$(dirname "$0")/${relative(dirname(program), runtime)}`;
  renameSync(program, `${program}.bin`);
  writeFileSync(
    program,
    `#!/bin/sh\nroot=${root}\nexec "$root/${LOADER}" --library-path "$root/${LIBRARY_FOLDER}" "$0.bin" "$@"\n`,
  );
  chmodSync(program, 0o755);
}
