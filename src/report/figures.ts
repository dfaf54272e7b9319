export { count, plural } from '../program/counts';

/** `12 %`; `<1 %` for a smaller share above 0, and at most `99 %` for a part below the whole. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '-';
  const share = (part / whole) * 100;
  return `${part > 0 && share < 1 ? '<1' : share > 99 && part < whole ? '99' : share.toFixed(0)} %`;
}

export function seconds(value: number): string {
  return value >= 10 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(2);
}

/** A time in seconds for people: `42 s`, `3 min 20 s`, `7 h 5 min`. */
export function duration(value: number): string {
  const whole = Math.floor(value);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/**
 * A moment for people, to the second: `2026-11-29 14:36:48 UTC`.
 * @param iso - as Date.toISOString() prints it
 */
export function moment(iso: string): string {
  return iso.replace(/^(\S+)T(\d\d:\d\d:\d\d)\S*$/, '$1 $2 UTC');
}

/** A measured number, with one digit after the point where it is not whole: `8,749`, `26.8`. */
export function figure(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
}

/** Names in a line. */
const NAMED_MAX = 5;

/** `a, b, c, d, e, and 7 more (--json names all)`. */
export function fewNames(names: readonly string[]): string {
  const rest = names.length - NAMED_MAX;
  const named = names.slice(0, NAMED_MAX).join(', ');
  return rest > 0 ? `${named}, and ${rest} more (--json names all)` : named;
}
