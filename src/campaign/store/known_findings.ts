import { firstLine, UsageError } from '../../session/errors';
import { readInput } from '../../targets/read_input';

/** A finding that was examined. It is not reported as new until a day. */
export interface KnownFinding {
  readonly signature: string;
  /** Id of the lane; absent: all. */
  readonly lane?: string;
  readonly why: string;
  /** The last day, YYYY-MM-DD. */
  readonly until: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads a list of known findings.
 * @param mustBeThere - true when the user named the file
 * @throws UsageError in one line that names the mistake and its place
 */
export function readKnown(path: string, mustBeThere: boolean): KnownFinding[] {
  let text: string;
  try {
    text = readInput(path).toString('utf8');
  } catch (error) {
    if (!mustBeThere && (error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new UsageError(`cannot read ${path}: ${firstLine(error)}`);
  }
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path} is no JSON: ${firstLine(error)}`);
  }
  if (!Array.isArray(list)) throw new UsageError(`${path} is no list of known findings: it begins with [`);
  return list.map((entry, position) => knownOf(path, position, entry));
}

function knownOf(path: string, position: number, entry: unknown): KnownFinding {
  const wrong = (mistake: string): never => {
    throw new UsageError(`${path}: entry ${position + 1}: ${mistake}`);
  };
  if (typeof entry !== 'object' || entry === null) return wrong('it is no object');
  const { signature, lane, why, until, ...more } = entry as Record<string, unknown>;
  if (typeof signature !== 'string') return wrong('it has no signature');
  if (typeof why !== 'string' || why === '') return wrong('it does not say why');
  if (typeof until !== 'string' || !DAY.test(until) || Number.isNaN(Date.parse(until)))
    return wrong("it has no last day: until: 'YYYY-MM-DD'");
  if (lane !== undefined && typeof lane !== 'string') return wrong('lane is the id of a lane');
  const [other] = Object.keys(more);
  if (other !== undefined) return wrong(`'${other}' means nothing; there are signature, lane, why, until`);
  return { signature, why, until, ...(lane === undefined ? {} : { lane }) };
}

/**
 * The entry that makes a finding known on a day.
 * @param day - YYYY-MM-DD
 */
export function knownAs(
  list: readonly KnownFinding[],
  { signature, lane }: { readonly signature: string; readonly lane: { readonly id: string } },
  day: string,
): KnownFinding | undefined {
  return list.find(
    (known) =>
      known.signature === signature && (known.lane === undefined || known.lane === lane.id) && day <= known.until,
  );
}

/** Entries whose last day is over. */
export function expired(list: readonly KnownFinding[], day: string): KnownFinding[] {
  return list.filter(({ until }) => until < day);
}

/** The current day, YYYY-MM-DD. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}
