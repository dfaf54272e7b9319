import { existsSync, readFileSync } from 'node:fs';
import { TargetUnavailableError } from '../../session/errors';
import { hasProgram, QEMU } from './qemu';
import { run, tellingLine } from './run';

/** Something that must be installed on this machine. */
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
  library('libc.a', 'libc6-dev'),
  library('libelf.so.1', 'libelf1'),
];

/** Whether this is Debian, or a system that says it is like it and has apt. */
export function isDebian(): boolean {
  if (!hasProgram('apt-get') || !hasProgram('dpkg-deb')) return false;
  try {
    return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

/**
 * Installs what is missing, on Debian as root; elsewhere says exactly what is missing. Runs nothing when all is there.
 * @param say - told what is installed
 */
export async function ensurePrerequisites(say: (line: string) => void): Promise<void> {
  const missing = missingPrerequisites();
  if (missing.length === 0) return;
  const packages = missing.map(({ debianPackage }) => debianPackage);
  const install = `apt-get install --no-install-recommends ${packages.join(' ')}`;
  const names = missing.map(({ name }) => name).join(', ');
  if (!isDebian()) {
    throw new TargetUnavailableError(
      `missing: ${names}; this is not Debian, install them with its package manager (Debian's names: ${packages.join(' ')})`,
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

function missingPrerequisites(): Prerequisite[] {
  return PREREQUISITES.filter(({ isThere }) => !isThere());
}

/** Asks the repository for its newest lists; false when it cannot be reached or this is not root. */
export async function updateLists(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  return (await run('apt-get', ['update', '-q', '-o', 'APT::Update::Error-Mode=any'])).ok;
}
