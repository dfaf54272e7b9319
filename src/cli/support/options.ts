import { wholeNumber } from '../../program/number';
import { UsageError } from '../../session/errors';

/** @throws UsageError when the result is asked for in two formats */
export function assertOneFormat({ json, ktap }: { readonly json?: boolean; readonly ktap?: boolean }): void {
  if (json === true && ktap === true)
    throw new UsageError('--json and --ktap cannot both be printed on stdout; take one of them');
}

/** Parses a whole number of the command line: `20000`, `20_000`, `20,000`, `2e4`, `0x4e20`. */
export function parseCount(name: string, text: string, min: number, max: number): number {
  const value = wholeNumber(text, true);
  if (value === undefined || value < min || value > max) {
    throw new UsageError(`${name} takes a whole number from ${min} to ${max}, not '${text}'`);
  }
  return value;
}

/** The units of a time, the longest first: a time has each at most once, in this order. */
const UNIT_MS = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
const TIME = /^(?:(?<h>[\d.]+)h)?(?:(?<m>[\d.]+)m(?!s))?(?:(?<s>[\d.]+)s)?(?:(?<ms>[\d.]+)ms)?$/;

/** Parses `500ms`, `90s`, `10m`, `1.5h` or `1h30m`; returns milliseconds. */
export function parseDuration(name: string, text: string): number {
  const parts = text === '' ? {} : (TIME.exec(text)?.groups ?? {});
  const times_ms = Object.entries(UNIT_MS).flatMap(([unit, unit_ms]) =>
    parts[unit] === undefined ? [] : [Number(parts[unit]) * unit_ms],
  );
  const time_ms = times_ms.length === 0 ? NaN : Math.round(times_ms.reduce((sum, part_ms) => sum + part_ms));
  if (Number.isSafeInteger(time_ms)) return time_ms;
  throw new UsageError(`${name} takes a time such as 90s, 10m, 2h or 1h30m, not '${text}'`);
}
