import { amountText, changedSkbs } from './amounts';
import type { Cause } from './cause';
import { holdersOf } from './change';
import { after, before } from './history';
import type { Words } from './words';

/** As the judge writes it: `skb2 page 1: refcount is 1 in the model, 2 in the kernel, after …`. */
const DIFFERENCE = /^(?:(\S+)(?: [^:]*)?): (.+?) is (\S+) in the model, (.+?) in the kernel/;

/**
 * Where model and kernel part: the value that the call left in the model and the one that the kernel has, the holders
 * of the object in the model, and the last call before it that wrote the field.
 */
export function divergenceCause(words: Words, message: string): Cause | null {
  const match = DIFFERENCE.exec(message);
  if (match === null) return null;
  const [, name, field, model, kernel] = match;
  const key = keyOf(words, name, field, model);
  if (key === null) return null;
  const from = words.field(key, field, words.was);
  const to = words.field(key, field, words.is);
  const more = Number(kernel) - Number(model);
  const amount = Number.isInteger(more) ? amountText(words, more, changedSkbs(words)) : null;
  const difference = Number.isInteger(more)
    ? `${Math.abs(more)} ${more > 0 ? 'more' : 'less'}${amount === null ? '' : ` (${amount})`}`
    : kernel;
  const moved =
    from === undefined
      ? `${words.call} made it`
      : from === to
        ? `${words.call} leaves ${field} at ${String(from)} in the model${writtenBy(words, key, field)}`
        : `${words.call} takes ${field} from ${String(from)} to ${String(to)} in the model`;
  const holders = holdersOf(words.is, key);
  return {
    objects: [key],
    references: holders,
    fields: [field],
    text:
      `${words.label(key)}: ${moved}; the kernel has ${kernel}: ${difference}. ` +
      `In the model ${words.holders(holders)} ${holders.length > 1 ? 'hold' : 'holds'} it`,
  };
}

/** The object that a name of the program leads to; of several pages behind it, the one with the model's value. */
function keyOf(words: Words, name: string, field: string, model: string): string | null {
  const named = [...words.is.names].find(([, names]) => names.includes(name))?.[0];
  const page = words.is.references.find(({ byName, place }) => byName === true && place === name)?.of;
  const first = named ?? page;
  if (first === undefined) return null;
  if (words.field(first, field, words.is) !== undefined) return first;
  const data = String(words.field(first, 'data', words.is));
  if (words.field(data, field, words.is) !== undefined) return data;
  const pages = words.is.references.filter(({ by }) => by === data || by === first).map(({ of }) => of);
  return pages.find((one) => String(words.field(one, field, words.is)) === model) ?? first;
}

function writtenBy({ history, position }: Words, key: string, field: string): string {
  for (let i = position - 1; i >= 0; i--) {
    const was = before(history, i).objects.get(key)?.[field];
    if (was !== after(history, i).objects.get(key)?.[field]) return `, as ${history.moments[i].command} left it`;
  }
  return '';
}
