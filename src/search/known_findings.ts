import { kernelFinding } from '../rules/findings/kernel_findings';
import { FINDING_IDS, type FindingId } from '../rules/findings/kernel_finding';
import type { Program } from '../program/program';
import type { Profile } from '../rules/profiles';
import type { Session } from '../session/session';
import type { MetFinding } from './met_finding';
import { ReleaseBugs } from './release_bugs';

/**
 * - met: a known finding, which the model met
 * - mended later: a bug that the release has and a later one mends
 */
export type KnownKind = 'met' | 'mended later';

/**
 * The known bug behind the verdict on the program that the session has just executed; undefined: it is a new one. A bug
 * that the invariants forgive is behind no verdict, unless they are told not to. One that they do not forgive breaks
 * its invariant in the very call that meets it, so a later violation is another bug's.
 */
export function knownBehind({ verdict, world }: Session): FindingId | undefined {
  if (verdict.kind !== 'violation') return undefined;
  return world.met.find((id) => {
    const { forgiven, invariants } = kernelFinding(id);
    const isBehind = forgiven ? world.provokes : world.metNow.includes(id);
    return isBehind && invariants.includes(verdict.invariant);
  });
}

/** How many programs of a search met each known bug: known findings, and bugs that later releases mend. */
export class KnownFindings {
  private readonly programs = new Map<FindingId, number>();
  private readonly bugs: ReleaseBugs;

  /** @param session - of the search */
  constructor(
    private readonly session: Session,
    profile: Profile,
  ) {
    this.bugs = new ReleaseBugs(session.options, profile);
  }

  /** Counts the program that the session has just executed. */
  count(): void {
    const { world } = this.session;
    if (world.met.length === 0) return;
    for (const id of world.met) this.programs.set(id, (this.programs.get(id) ?? 0) + 1);
  }

  /**
   * The kind of known bug that is behind the verdict on the program that the session has just executed; undefined: it
   * is a new one. A bug that the release has and a later one mends is counted.
   */
  behind(programOf: () => Program): KnownKind | undefined {
    if (knownBehind(this.session) !== undefined) return 'met';
    return this.bugs.count(this.session.verdict, programOf) ? 'mended later' : undefined;
  }

  /** In the order of FINDING_IDS, then the bugs that later releases mend. */
  get all(): readonly MetFinding[] {
    const findings = FINDING_IDS.flatMap((id) => {
      const programs = this.programs.get(id);
      if (programs === undefined) return [];
      const { title, fix } = kernelFinding(id);
      const commit = fix?.commit === undefined ? {} : { commit: fix.commit };
      return [{ id, title, programs, mendedIn: fix?.release ?? null, ...commit }];
    });
    return [...findings, ...this.bugs.met];
  }
}
