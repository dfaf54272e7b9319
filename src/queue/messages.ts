import type { WorkerStatus } from '../campaign/campaign_types';
import { corpusId, isFeature } from '../corpus/corpus_files';
import type { FindingReported, KeptProgram } from '../campaign/worker_messages';

/** The beat of a machine, which it sends regularly. */
export interface MachineBeat {
  /** Grows by one with each beat. A dead machine is detected by a value that stays, so its clock does not matter. */
  readonly beat: number;
  /** Targets that it can search on. */
  readonly targets: readonly string[];
  readonly workers: readonly WorkerStatus[];
}

const FINDING = 'finding';
const KEPT = 'kept';

/** The fields of a finding. Only its known properties are sent. */
export function findingFields(finding: FindingReported): string[] {
  const { lease, signature, sentence, invariant, program, token, canary } = finding;
  const message: FindingReported = { lease, signature, sentence, invariant, program, token, canary };
  return [FINDING, JSON.stringify(message)];
}

/** The finding in the fields of an entry; undefined when another program has written it. */
export function findingOf(fields: readonly string[]): FindingReported | undefined {
  return valueOf(fields, FINDING) as FindingReported | undefined;
}

/** A program that a worker kept, with all of its features. */
interface KeptElsewhere {
  readonly entry: KeptProgram;
  readonly reached: readonly number[];
}

export function keptFields({ id, text, lane, features }: KeptProgram, reached: readonly number[]): string[] {
  const message: KeptElsewhere = { entry: { id, text, lane, features }, reached };
  return [KEPT, JSON.stringify(message)];
}

/**
 * The kept program in the fields of an entry; undefined when it is not valid. Its id becomes a file name, so it is
 * checked.
 */
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
