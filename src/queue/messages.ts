import type { WorkerStatus } from '../campaign/campaign_types';
import { corpusId, isFeature } from '../corpus/corpus_files';
import type { FindingReported, KeptProgram } from '../campaign/worker_messages';

/** What a machine says of its workers, again and again. */
export interface MachineBeat {
  /** Grows: a machine that has stopped is known by its standing still, whatever its clock says. */
  readonly beat: number;
  /** Those that it can search on. */
  readonly targets: readonly string[];
  readonly workers: readonly WorkerStatus[];
}

const FINDING = 'finding';
const KEPT = 'kept';

/** Of what a worker process said only the finding. */
export function findingFields(finding: FindingReported): string[] {
  const { lease, signature, sentence, invariant, program, token, canary } = finding;
  const told: FindingReported = { lease, signature, sentence, invariant, program, token, canary };
  return [FINDING, JSON.stringify(told)];
}

/** Undefined where somebody else has written there. */
export function findingOf(fields: readonly string[]): FindingReported | undefined {
  return valueOf(fields, FINDING) as FindingReported | undefined;
}

/** A program that a worker kept, with all that it reaches. */
interface KeptElsewhere {
  readonly entry: KeptProgram;
  readonly reached: readonly number[];
}

export function keptFields({ id, text, lane, features }: KeptProgram, reached: readonly number[]): string[] {
  const told: KeptElsewhere = { entry: { id, text, lane, features }, reached };
  return [KEPT, JSON.stringify(told)];
}

/** Undefined where there is none. It becomes a file of that name, so it is looked at closely. */
export function keptOf(fields: readonly string[]): KeptElsewhere | undefined {
  const { entry, reached } = (valueOf(fields, KEPT) ?? {}) as Partial<KeptElsewhere>;
  if (typeof entry?.text !== 'string' || entry.id !== corpusId(entry.text) || typeof entry.lane !== 'string')
    return undefined;
  return areFeatures(entry.features) && areFeatures(reached) ? { entry, reached } : undefined;
}

function areFeatures(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isFeature);
}

function valueOf(fields: readonly string[], name: string): unknown {
  const at = fields.indexOf(name);
  try {
    return at < 0 ? undefined : (JSON.parse(fields[at + 1]) as unknown);
  } catch {
    return undefined;
  }
}
