import { kernelFinding } from '../rules/findings/kernel_findings';
import { FINDING_IDS, type FindingId } from '../rules/findings/kernel_finding';
import type { Session } from '../session/session';

/** A known bug of the kernel that a search met. It is listed, and is no new finding. */
export interface MetFinding {
  readonly id: FindingId;
  readonly title: string;
  /** Programs of the search that met it. */
  readonly programs: number;
  /** The first release of the mainline without it; null: no release. */
  readonly mendedIn: string | null;
}

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

/** How many programs of a search met each known bug. */
export class KnownFindings {
  private readonly programs = new Map<FindingId, number>();

  /** Counts the program that the session has just executed. */
  count({ world }: Session): void {
    if (world.met.length === 0) return;
    for (const id of world.met) this.programs.set(id, (this.programs.get(id) ?? 0) + 1);
  }

  /** In the order of FINDING_IDS. */
  get all(): readonly MetFinding[] {
    return FINDING_IDS.flatMap((id) => {
      const programs = this.programs.get(id);
      if (programs === undefined) return [];
      const { title, fix } = kernelFinding(id);
      return [{ id, title, programs, mendedIn: fix?.release ?? null }];
    });
  }
}
