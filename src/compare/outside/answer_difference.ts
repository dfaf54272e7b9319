import type { OutsideFamily, OutsideType } from '../../model/structs/outside';
import { errorIn } from '../../outside/answers/return_text';
import type { CompiledCall } from '../../outside/compile';
import type { Pair } from '../pair';

export type SocketKind = `${OutsideFamily} ${OutsideType}`;

/** A part of an answer that two kernels give differently, and that is no free choice of theirs. */
export interface AnswerDifference {
  readonly compiled: CompiledCall;
  /** `return value of tcp_maxseg (EINVAL, success)`: part of the signature of a finding. */
  readonly field: string;
  /** Of the first kernel, and of the second, as text. */
  readonly values: Pair<string>;
  /** Names of the commands before it that have to do with the same files: absent where nobody asked. */
  readonly behind?: ReadonlySet<string>;
  /** The sockets that the call names, such as `inet dgram`; absent where nobody asked. */
  readonly sockets?: ReadonlySet<SocketKind>;
}

const SHOWN_BYTES = 16;

/** The texts of two values: of bytes, the first that differ. */
export function differenceOf(compiled: CompiledCall, name: string, values: Pair<string | Buffer>): AnswerDifference {
  const [a, b] = values;
  if (typeof a !== 'string' && typeof b !== 'string') {
    const at = firstDifferent(a, b);
    return { compiled, field: name, values: [bytesText(a, at), bytesText(b, at)] };
  }
  const texts: Pair<string> = [valueText(a), valueText(b)];
  return { compiled, field: name.includes('return value') ? withSorts(name, texts) : name, values: texts };
}

/** Two errors of one call are two differences; two numbers are one. */
function withSorts(name: string, values: Pair<string>): string {
  if (values.every((value) => errorIn(value) === undefined)) return name;
  const [a, b] = values.map((value) => errorIn(value) ?? 'success');
  return `${name} (${a}, ${b})`;
}

const valueText = (value: string | Buffer): string => (typeof value === 'string' ? value : bytesText(value, 0));

/** The position of the first byte that differs; the length of the shorter one where it is a part of the other. */
export function firstDifferent(a: Buffer, b: Buffer): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) if (a[at] !== b[at]) return at;
  return shorter;
}

function bytesText(bytes: Buffer, from: number): string {
  const shown = bytes.subarray(from, from + SHOWN_BYTES).toString('hex');
  const more = bytes.length > from + SHOWN_BYTES ? '…' : '';
  return `${bytes.length} bytes${shown === '' ? '' : `, from ${from} on ${shown}${more}`}`;
}
