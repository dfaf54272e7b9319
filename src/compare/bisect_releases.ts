/** A release as a bisection sees it. */
export interface BisectRelease {
  /** 6.12.43. */
  readonly name: string;
  /** It can be asked without being fetched first. */
  readonly isSetUp: boolean;
}

/** The end of a bisection: two releases between which the program begins to behave as on the last. */
export interface BisectResult {
  /** Positions in the releases. */
  readonly before: number;
  readonly after: number;
  /** Positions between them of releases that could not be asked. */
  readonly unusable: readonly number[];
}

/**
 * Finds the place at which releases stop being as the first. Each question halves what is left. A release that is set
 * up is asked before its neighbours, where it is near enough to the middle.
 *
 * @param releases - the oldest first; the first and the last are known to differ
 * @param isAsFirst - null: the release cannot be asked
 */
export async function bisectReleases(
  releases: readonly BisectRelease[],
  isAsFirst: (position: number) => Promise<boolean | null>,
): Promise<BisectResult> {
  const unusable = new Set<number>();
  let before = 0;
  let after = releases.length - 1;
  for (;;) {
    const next = middleOf(releases, before, after, unusable);
    if (next === null) break;
    const answer = await isAsFirst(next);
    if (answer === null) unusable.add(next);
    else if (answer) before = next;
    else after = next;
  }
  return { before, after, unusable: [...unusable].filter((at) => at > before && at < after).sort((a, b) => a - b) };
}

/** The release to ask next; null when none is left. */
function middleOf(
  releases: readonly BisectRelease[],
  before: number,
  after: number,
  unusable: ReadonlySet<number>,
): number | null {
  const left = releases.map((_, at) => at).filter((at) => at > before && at < after && !unusable.has(at));
  if (left.length === 0) return null;
  const middle = (left.length - 1) / 2;
  const ranked = left.map((at, rank) => ({ at, distance: Math.abs(rank - middle) }));
  ranked.sort((a, b) => a.distance - b.distance);
  // A fetch takes a minute or two, a question some seconds: one more question is cheaper.
  const near = ranked.filter(({ distance }) => distance <= left.length / 4 + 0.5);
  return (near.find(({ at }) => releases[at].isSetUp) ?? ranked[0]).at;
}
