import { countText } from '../model/world/count_text';
import type { Cause } from './cause';
import type { Fact } from './snapshot';
import { listed, type Words } from './words';

const FIELDS_MAX = 5;
/** Ghosts of the invariants: they are no fields of the kernel. */
const GHOST = /^(expected_truesize|truesize_(debt|in_list)|owes_mark|address|written_|(meta_)?payload|writes|copied)/;

/** The fields of some objects that a call changed: the cause where no statement about holders tells more. */
export function fieldCause(words: Words, keys: readonly string[]): Cause | null {
  const parts: string[] = [];
  const fields: string[] = [];
  for (const key of keys) {
    const changes = changedFields(words, key);
    fields.push(...changes.map(({ field }) => field));
    if (!words.was.objects.has(key) && words.is.objects.has(key))
      parts.push(`${words.label(key)}: ${words.call} made it${fromWhom(words, key)}${factsText(key, words.is)}`);
    else if (changes.length > 0)
      parts.push(
        `${words.label(key)}: ${words.call} changed ${listed(
          changes
            .slice(0, FIELDS_MAX)
            .map(({ field, from, to }) => `${field} from ${valueText(words, from)} to ${valueText(words, to)}`),
          Math.max(0, changes.length - FIELDS_MAX),
        )}`,
      );
    else if (words.was.objects.has(key) && !words.is.objects.has(key))
      parts.push(`${words.label(key)}: ${words.call} freed it${factsText(key, words.was)}`);
  }
  return parts.length === 0 ? null : { objects: keys, fields, text: `${parts.join('; ')}${asked(words)}` };
}

export interface FieldChange {
  readonly field: string;
  readonly from: Fact | undefined;
  readonly to: Fact | undefined;
}

export function changedFields({ was, is }: Words, key: string): FieldChange[] {
  const before = was.objects.get(key);
  const after = is.objects.get(key);
  if (before === undefined || after === undefined) return [];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((field) => before[field] !== after[field] && !GHOST.test(field))
    .map((field) => ({ field, from: before[field], to: after[field] }));
}

export function valueText(words: Words, value: Fact | undefined): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number') return countText(value);
  return typeof value === 'string' ? words.label(value) : String(value);
}

const POSITIONS = [
  'data_hard_start',
  'at',
  'data',
  'data_end',
  'data_meta',
  'len',
  'headroom',
  'metasize',
  'frame_sz',
  'flags',
  'sinfo.nr_frags',
  'sinfo.xdp_frags_size',
  'pfmemalloc',
  'order',
];

/** Positions and sizes of a packet that a call made or took. */
function factsText(key: string, snapshot: Words['is']): string {
  const facts = snapshot.objects.get(key) ?? {};
  const shown = POSITIONS.filter((field) => typeof facts[field] === 'number' || facts[field] === true);
  return shown.length === 0
    ? ''
    : ` (${shown.map((field) => (facts[field] === true ? field : `${field} ${String(facts[field])}`)).join(', ')})`;
}

/** The call itself, where its arguments and its context are all that is wrong. */
function asked({ moment }: Words): string {
  return ` (${moment.text}, in ${moment.context} context)`;
}

/** The objects of the same kind that the call worked on, from which a new one may have its fields. */
function fromWhom(words: Words, key: string): string {
  const kind = key.slice(0, key.indexOf('#') + 1);
  const sources = [...words.was.objects.keys()].filter(
    (other) => other.startsWith(kind) && words.moment.text.includes(`: ${words.label(other)}`),
  );
  return sources.length === 0 ? '' : ` from ${sources.map((source) => `${words.label(source)}`).join(' and ')}`;
}
