import { CONTEXT_WORDS } from '../../commands/command';
import {
  PATTERN_BYTES,
  PATTERN_FACTOR,
  PATTERN_INCREMENT,
  PATTERN_PERIOD,
  PATTERN_STEP,
  PATTERN_WRITE_MAX,
} from '../../model/world/memory';
import { RELEASE_ORDER } from '../../model/world/kinds';
import { KERNEL_KINDS, type KernelKind } from '../../model/world/kinds';
import { ABI_OPTIONS, ABI_SIZES } from '../abi_keys';
import { DIGEST_SEED, MIX_FACTOR, MIX_SHIFT, OVERFLOW_DIGEST } from '../digest';
import * as exec from '../exec';
import { KIND_DIGITS } from '../kinds';
import { CrashTest, MESSAGE_MAX_BYTES, MessageType, PROTOCOL_VERSION } from '../messages';
import { DESTRUCTORS, FRAG_COUNT_BIASED, PAGE_BITS, SEGMENT, SKB_BITS, TX_TYPES } from '../values';
import { cEnum, cHeader, cNumber, entriesOf, kindName, upperSnake, xList } from './c_text';

const CONSTANTS: Readonly<Record<string, number>> = {
  SKBCHECK_PROTOCOL: PROTOCOL_VERSION,
  SKBCHECK_REQUEST_HEADER_WORDS: exec.REQUEST_HEADER_WORDS,
  SKBCHECK_CALL_WORDS: exec.CALL_WORDS,
  SKBCHECK_CALL_REPLY_WORDS: exec.REPLY_WORDS_PER_CALL,
  SKBCHECK_ARGS_MAX: exec.ARGS_MAX,
  SKBCHECK_HANDLES: exec.HANDLES,
  SKBCHECK_NO_HANDLE: exec.NO_HANDLE,
  SKBCHECK_SEGMENT: SEGMENT,
  SKBCHECK_COUNT_BIASED: FRAG_COUNT_BIASED,
  SKBCHECK_DIGEST_SEED: DIGEST_SEED,
  SKBCHECK_OVERFLOW_DIGEST: OVERFLOW_DIGEST,
  SKBCHECK_MIX_FACTOR: MIX_FACTOR,
  SKBCHECK_MIX_SHIFT: MIX_SHIFT,
  SKBCHECK_PATTERN_PERIOD: PATTERN_PERIOD,
  SKBCHECK_PATTERN_BYTES: PATTERN_BYTES,
  SKBCHECK_PATTERN_WRITE_MAX: PATTERN_WRITE_MAX,
  SKBCHECK_PATTERN_STEP: PATTERN_STEP,
  SKBCHECK_PATTERN_FACTOR: PATTERN_FACTOR,
  SKBCHECK_PATTERN_INCREMENT: PATTERN_INCREMENT,
};

/** Enumerators with a prefix before their names in capitals. */
function named(prefix: string, entries: readonly (readonly [string, number])[]): [string, number][] {
  return entries.map(([name, value]) => [prefix + upperSnake(name), value]);
}

function abiKeys(): [string, number][] {
  const sizes = Object.values(ABI_SIZES).map(({ c, key }): [string, number] => [`SKBCHECK_ABI_${c}`, key]);
  const options = Object.entries(ABI_OPTIONS).map(([name, key]): [string, number] => [`SKBCHECK_ABI_${name}`, key]);
  return [...sizes, ...options];
}

function kinds(): [string, number][] {
  const all = KERNEL_KINDS.map((kind): [string, number] => [kindName(kind), KIND_DIGITS[kind]]);
  return [['KIND_NONE', 0], ...all, ['KIND_COUNT', KERNEL_KINDS.length + 1]];
}

function kindCall(kind: KernelKind): string {
  return `${kind}, ${kindName(kind)}`;
}

/** `made/protocol.h`: messages, keys, kinds and values. The init program is built with it too. */
export function protocolHeader(): string {
  const constants = Object.entries(CONSTANTS).map(([name, value]) => `#define ${name} ${cNumber(value)}`);
  return cHeader('protocol', [
    [...constants, `#define SKBCHECK_BUFFER_BYTES ${MESSAGE_MAX_BYTES}u`].join('\n'),
    cEnum('skbcheck_message', named('SKBCHECK_', entriesOf(MessageType))),
    cEnum('skbcheck_crash', named('SKBCHECK_CRASH_', entriesOf(CrashTest))),
    cEnum('skbcheck_abi', abiKeys()),
    cEnum('', named('SKBCHECK_FLAG_', entriesOf(exec.ExecFlag))),
    // Beyond an int: no enum.
    named('SKBCHECK_', entriesOf(exec.Refusal))
      .map(([name, value]) => `#define ${name} ${cNumber(value)}`)
      .join('\n'),
    cEnum(
      'skbcheck_context',
      CONTEXT_WORDS.map((word, at) => [`CONTEXT_${word.toUpperCase()}`, at]),
    ),
    cEnum('skbcheck_kind', kinds()),
    `/* Every kind, in the order of the digits. */\n${xList('SKBCHECK_KINDS', KERNEL_KINDS.map(kindCall))}`,
    `/* The same in the order of release. */\n${xList('SKBCHECK_RELEASE_ORDER', RELEASE_ORDER.map(kindName))}`,
    cEnum('', named('PAGE_BIT_', entriesOf(PAGE_BITS))),
    cEnum('', named('SKB_BIT_', entriesOf(SKB_BITS))),
    cEnum('', named('DESTRUCTOR_', entriesOf(DESTRUCTORS))),
    cEnum('', named('TX_', entriesOf(TX_TYPES))),
  ]);
}
