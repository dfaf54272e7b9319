import type { Lease, WorkerStatus } from '../campaign/campaign_types';
import type { FindingReported } from '../campaign/worker_messages';

/** What a job carries. */
export interface LeaseJob {
  readonly lease: Lease;
}

/** What a machine says of its workers, again and again. */
export interface MachineBeat {
  /** Grows: a machine that has stopped is known by its standing still, whatever its clock says. */
  readonly beat: number;
  /** Those that it can search on. */
  readonly targets: readonly string[];
  readonly workers: readonly WorkerStatus[];
}

const FIELD = 'finding';

/** Of what a worker process said only the finding. */
export function findingFields(finding: FindingReported): string[] {
  const { lease, signature, sentence, invariant, program, token, canary } = finding;
  const told: FindingReported = { lease, signature, sentence, invariant, program, token, canary };
  return [FIELD, JSON.stringify(told)];
}

/** Undefined where somebody else has written there. */
export function findingOf(fields: readonly string[]): FindingReported | undefined {
  const at = fields.indexOf(FIELD);
  try {
    return at < 0 ? undefined : (JSON.parse(fields[at + 1]) as FindingReported);
  } catch {
    return undefined;
  }
}
