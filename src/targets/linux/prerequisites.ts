import { existsSync, readFileSync } from 'node:fs';
import { TargetUnavailableError } from '../../session/errors';
import { hasProgram, QEMU } from './qemu';
import { run, tellingLine } from './run';

/** A program or library that must be installed on this machine. */
interface Prerequisite {
  readonly name: string;
  readonly debianPackage: string;
  readonly isThere: () => boolean;
}

const program = (name: string, debianPackage: string): Prerequisite => ({
  name,
  debianPackage,
  isThere: () => hasProgram(name),
});

/** A library that the tools of linux-kbuild need, or that a static program is linked with. */
const library = (file: string, debianPackage: string): Prerequisite => ({
  name: file,
  debianPackage,
  isThere: () =>
    ['/lib', '/usr/lib', '/lib64', '/usr/lib64'].some((folder) =>
      [folder, `${folder}/x86_64-linux-gnu`].some((place) => existsSync(`${place}/${file}`)),
    ),
});

const PREREQUISITES: readonly Prerequisite[] = [
  program(QEMU, 'qemu-system-x86'),
  program('gcc', 'gcc'),
  program('make', 'make'),
  program('xz', 'xz-utils'),
  program('zstd', 'zstd'),
  library('libc.a', 'libc6-dev'),
  library('libelf.so.1', 'libelf1'),
];

/** Returns whether this system is Debian, or has apt and declares that it is like Debian. */
export function isDebian(): boolean {
  if (!hasProgram('apt-get') || !hasProgram('dpkg-deb')) return false;
  try {
    return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

/** The version of this Debian, as 12; empty where it has none (sid), or where this is no Debian. */
export function debianVersion(): string {
  try {
    return /^VERSION_ID="?(\d+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? '';
  } catch {
    return '';
  }
}

/**
 * Installs the missing packages on Debian as root. Elsewhere it throws an error that names them. It runs nothing when
 * none is missing.
 * @param say - receives a line for the installation
 */
export async function ensurePrerequisites(say: (line: string) => void): Promise<void> {
  const missing = missingPrerequisites();
  if (missing.length === 0) return;
  const packages = missing.map(({ debianPackage }) => debianPackage);
  const install = `apt-get install --no-install-recommends ${packages.join(' ')}`;
  const names = missing.map(({ name }) => name).join(', ');
  if (!isDebian()) {
    throw new TargetUnavailableError(
      `missing: ${names}; ` +
        `this is not Debian, install them with its package manager (Debian's names: ${packages.join(' ')})`,
    );
  }
  if (process.getuid?.() !== 0) throw new TargetUnavailableError(`missing: ${names}; as root, run: ${install}`);
  say(`installing ${packages.join(' ')}`);
  await updateLists();
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const done = await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { env });
  if (!done.ok)
    throw new TargetUnavailableError(`cannot install ${packages.join(' ')}: ${tellingLine(done)}; try: ${install}`);
  const left = missingPrerequisites();
  if (left.length === 0) return;
  throw new TargetUnavailableError(`still missing after ${install}: ${left.map(({ name }) => name).join(', ')}`);
}

/** The prerequisites that this system lacks. */
export function missingPrerequisites(): Prerequisite[] {
  return PREREQUISITES.filter(({ isThere }) => !isThere());
}

/** Fetches the newest lists of the repository. Returns false when it is unreachable or this process is not root. */
export async function updateLists(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  return (await run('apt-get', ['update', '-q', '-o', 'APT::Update::Error-Mode=any'])).ok;
}
