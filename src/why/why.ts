import type { Program } from '../program/program';
import type { Session } from '../session/session';
import { placeOf, type Verdict } from '../session/verdict';
import type { Cause } from './cause';
import { addressCause } from './address_cause';
import { chargeCause, ownerCause } from './charge_cause';
import { countCause } from './count_cause';
import { divergenceCause } from './divergence_cause';
import { mappedCause, ownershipCause } from './dma_cause';
import { fieldCause } from './field_cause';
import { geometryCause, sourcesOf } from './geometry_cause';
import { historyOf } from './history';
import { leakCause } from './leak_cause';
import { ownPoolCause } from './mark_cause';
import { pageCause } from './page_cause';
import { inflightCause, restingCause } from './pool_cause';
import { reachCause } from './reach_cause';
import { segmentCause } from './segment_cause';
import { coversCause, truesizeCause } from './truesize_cause';
import { Words } from './words';
import { writeCause } from './write_cause';
import { pfmemallocCause } from './pfmemalloc_cause';
import { ownerNotAsked } from './uarg_cause';
import { usersCause } from './users_cause';
import { completionCause } from './xsk_cause';

/** The subject of an explanation: the objects that the violated statement names, and its words. */
interface Subject {
  readonly keys: readonly string[];
  readonly kind: string;
  readonly message: string;
}

type ExplainStatement = (words: Words, subject: Subject) => Cause | null;

const first = (keys: readonly string[], kind: string): string | undefined =>
  keys.find((key) => key.startsWith(`${kind}#`));

/** Explains the first object of a kind that the statement names. */
const ofKind =
  (kind: string, explain: (words: Words, key: string) => Cause | null): ExplainStatement =>
  (words, { keys }) => {
    const key = first(keys, kind);
    return key === undefined ? null : explain(words, key);
  };

const page = ofKind('page', pageCause);
const users: ExplainStatement = (words, { keys, message }) => {
  const key = first(keys, 'skb');
  if (key === undefined) return null;
  return countCause(words, { key, counter: 'users', field: 'users' }) ?? usersCause(words, key, message);
};
const uarg = ofKind(
  'uarg',
  (words, key) => countCause(words, { key, counter: 'refcnt', field: 'refcnt' }) ?? ownerNotAsked(words, key),
);
const resting = ofKind('page', restingCause);

/** By invariant: what its cause looks like. A statement without an entry is explained by the fields that changed. */
export const EXPLANATIONS: Readonly<Record<string, ExplainStatement>> = {
  'no-leak': (words, { kind }) => leakCause(words, kind),
  'dma-address-kept': (words, { keys, message }) => addressCause(words, keys, message),
  'xsk-completion': (words, { keys, message }) => completionCause(words, keys, message),
  'pfmemalloc-is-real': (words, { keys, message }) => pfmemallocCause(words, keys, message),
  'no-double-free': (words, subject) => page(words, subject) ?? reachCause(words, subject.keys),
  'no-use-after-free': (words, { keys }) => reachCause(words, keys),
  'returns-to-its-pool': (words, { keys, message }) => segmentCause(words, keys, message) ?? ownPoolCause(words, keys),
  'no-pool-page-in-frags': page,
  'recycled-is-exclusive': (words, subject) => resting(words, subject) ?? page(words, subject),
  'pool-refcount': page,
  'page-refcount': page,
  'pool-inflight': ofKind('pool', inflightCause),
  'dma-mapped-once': (words, { keys, message }) => mappedCause(words, keys, message),
  'dma-ownership': (words, { keys, message }) => ownershipCause(words, keys, message),
  dataref: ofKind('data', (words, key) => countCause(words, { key, counter: 'dataref', field: 'dataref' })),
  'skb-users': users,
  'uarg-refcount': uarg,
  'socket-charge': (words, { keys }) => {
    const sock = first(keys, 'sock');
    const skb = first(keys, 'skb');
    return sock !== undefined ? chargeCause(words, sock) : skb === undefined ? null : ownerCause(words, skb);
  },
  'truesize-exact': ofKind('skb', truesizeCause),
  'truesize-covers': ofKind('skb', coversCause),
  geometry: (words, { keys, message }) => segmentCause(words, keys, message) ?? geometryCause(words, keys),
  'no-shared-write': (words, { keys }) => writeCause(words, keys),
  bytes: (words, { keys }) => writeCause(words, keys),
};

/** The cause of a finding. */
export interface Why {
  /** One line, in the kernel's words. */
  readonly line: string;
  /** Keys of the objects that it names, the guilty one first. */
  readonly objects: readonly string[];
  /** The guilty references, as arrows from holder to object. */
  readonly references: readonly { readonly by: string; readonly of: string }[];
  readonly fields: readonly string[];
}

const OBJECT_IN_TEXT = /\b[a-z_]+#\d+/g;
const ALIASES: Readonly<Record<string, string>> = { head: 'data', xdp_buff: 'xdp' };

/** Keys of the objects that a message names: `head#5` is the key `data#5`. */
export function keysIn(message: string): string[] {
  const keys = (message.match(OBJECT_IN_TEXT) ?? []).map((text) => {
    const [kind, id] = text.split('#');
    return `${ALIASES[kind] ?? kind}#${id}`;
  });
  return [...new Set(keys)];
}

/**
 * The cause of a verdict, from the worlds of one run alone: the holders against the counts before and after the guilty
 * call, and back to the call that made or lost a reference. Null for a verdict that blames no object.
 *
 * @param session - with the rules of the finding
 */
export function whyOf(session: Session, program: Program, verdict: Verdict): Why | null {
  const place = placeOf(verdict);
  if (place === null || (verdict.kind !== 'violation' && verdict.kind !== 'divergence')) return null;
  const history = historyOf(session, program);
  if (history.moments.length === 0) return null;
  const words = new Words(history, place.call);
  return whyFrom(
    verdict.kind === 'violation'
      ? violationCause(words, verdict.invariant, verdict.objectKind, verdict.message)
      : divergenceCause(words, verdict.message),
  );
}

function violationCause(words: Words, invariant: string, kind: string, message: string): Cause | null {
  const keys = keysIn(message);
  const all = [...new Set([...keys, ...sourcesOf(words)])];
  return EXPLANATIONS[invariant]?.(words, { keys, kind, message }) ?? fieldCause(words, all);
}

function whyFrom(cause: Cause | null): Why | null {
  if (cause === null) return null;
  const { text, objects, references = [], fields = [] } = cause;
  const named = [...new Set(objects)].filter((key) => key !== '');
  return { line: text, objects: named, references: references.map(({ by, of }) => ({ by, of })), fields };
}
