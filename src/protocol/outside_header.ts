import { PATTERN_FACTOR, PATTERN_INCREMENT } from '../commands/outside/abi/pattern';
import { ARENA, ARENA_BYTES, FDS_MAX, FIRST_FD, LEVELS, PROGRAM_STATUSES } from '../commands/outside/step';
import { COUNTED_CACHES } from './outside/state';
import * as wire from './outside/wire';
import { cEnum, cHeader, cNumber, entriesOf, upperSnake, xList } from './header/c_text';

const CONSTANTS: Readonly<Record<string, number>> = {
  ARENA,
  ARENA_BYTES,
  FIRST_FD,
  FDS_MAX,
  ALIGN: wire.ALIGN,
  PROGRAM_HEADER_BYTES: wire.PROGRAM_HEADER_BYTES,
  STEP_HEADER_BYTES: wire.STEP_HEADER_BYTES,
  SYSCALL_BYTES: wire.SYSCALL_BYTES,
  OUT_BYTES: wire.OUT_BYTES,
  MEMORY_STEP_BYTES: wire.MEMORY_STEP_BYTES,
  REPEAT_BYTES: wire.REPEAT_BYTES,
  RESULT_HEADER_BYTES: wire.RESULT_HEADER_BYTES,
  SYSCALL_ARGS: wire.SYSCALL_ARGS,
  RESULTS_MAX_BYTES: wire.RESULTS_MAX_BYTES,
  LOG_MAX_BYTES: wire.LOG_MAX_BYTES,
  PATTERN_FACTOR,
  PATTERN_INCREMENT,
};

/** `made/outside.h`: the constants of the init program's part that carries out programs of the outside. */
export function outsideHeader(): string {
  const named = (kind: string, entries: Iterable<readonly [string, number]>): string =>
    cEnum(
      `outside_${kind}`,
      [...entries].map(([name, value]) => [`OUTSIDE_${kind.toUpperCase()}_${upperSnake(name)}`, value]),
    );
  const numbered = (names: readonly string[]): [string, number][] => names.map((name, at) => [name, at]);
  return cHeader('outside', [
    Object.entries(CONSTANTS)
      .map(([name, value]) => `#define OUTSIDE_${name} ${cNumber(value)}`)
      .join('\n'),
    named('op', Object.entries(wire.OPS)),
    named('until', Object.entries(wire.UNTILS)),
    named('level', numbered(LEVELS)),
    named('status', numbered(PROGRAM_STATUSES)),
    named('flag', entriesOf(wire.ResultFlag)),
    xList(
      'OUTSIDE_COUNTED_CACHES',
      COUNTED_CACHES.map((name) => `"${name}"`),
    ),
  ]);
}
