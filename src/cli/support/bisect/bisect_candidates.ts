import { UsageError } from '../../../session/errors';
import { kernelsNamed, shortRelease } from '../../../targets/linux/debian/releases';
import { compareVersions } from '../../../targets/linux/debian/release_order';
import { listKernels } from '../../../targets/linux';
import { cachePath } from '../../../targets/linux/cache';
import { setUpImageRecords, setUpKernels } from '../../../targets/linux/set_up_kernels';

/** A release that can be asked: it is set up, or can be fetched. */
export interface Candidate {
  /** 6.12.43: the word for `kernel setup`, and for people. */
  readonly name: string;
  /** 6.12.43+deb12-amd64. */
  readonly release: string;
  /** The target that means it; undefined: it is not set up. */
  readonly target?: string;
  readonly isSetUp: boolean;
}

/**
 * All releases, the oldest first; one for each number.
 * @param setUpOnly - none that would have to be fetched
 * @param isOutside - a kernel that is set up for programs of user space alone counts as set up
 * @param say - receives a line for each step that takes time
 */
export async function allCandidates(
  setUpOnly: boolean,
  isOutside: boolean,
  say: (line: string) => void,
): Promise<Candidate[]> {
  const cache = cachePath();
  const setUp = [...setUpKernels(cache), ...(isOutside ? setUpImageRecords(cache) : [])];
  const all = setUpOnly ? setUp.map(({ release }) => release) : await listed(say);
  const byName = new Map<string, Candidate>();
  for (const release of all) {
    const target = setUp.find((record) => record.release === release)?.target;
    const name = shortRelease(release);
    // 6.12.90 is there for two versions of Debian. One of them is enough, and one that is set up is best.
    if (byName.get(name)?.isSetUp === true) continue;
    byName.set(name, { name, release, isSetUp: target !== undefined, ...(target === undefined ? {} : { target }) });
  }
  return [...byName.values()].sort((a, b) => compareVersions(a.release, b.release));
}

async function listed(say: (line: string) => void): Promise<string[]> {
  const { kernels, isRepositoryKnown } = await listKernels(say);
  if (!isRepositoryKnown) say('the Debian repository cannot be reached: only releases that are set up are asked');
  return kernels.map(({ release }) => release);
}

/**
 * The releases from one to another.
 * @param from - a release, or a series: its oldest; absent: the oldest of all
 * @param to - a release, or a series: its newest; absent: the newest of all
 * @throws UsageError when there are none, or fewer than two
 */
export function candidatesBetween(all: readonly Candidate[], from?: string, to?: string): readonly Candidate[] {
  if (all.length === 0)
    throw new UsageError('no release is there to ask; set some up with: npx skbcheck kernel setup --all');
  const first = from === undefined ? 0 : all.indexOf(named(all, '--from', from)[0]);
  const last = to === undefined ? all.length - 1 : all.indexOf(named(all, '--to', to).at(-1) as Candidate);
  if (first === last)
    throw new UsageError(`--from and --to are one release, ${all[first].name}: nothing lies between; name two`);
  if (first > last)
    throw new UsageError(`${all[first].name} is not older than ${all[last].name}; exchange --from and --to`);
  return all.slice(first, last + 1);
}

function named(all: readonly Candidate[], option: string, text: string): Candidate[] {
  const found = kernelsNamed(text.replace(/^linux-/, ''), all);
  if (found.length > 0) return found;
  throw new UsageError(
    `${option} ${text}: there is no such release among ${all[0].name} to ${all[all.length - 1].name}; ` +
      'list them with: npx skbcheck kernel list --json',
  );
}
