import { UsageError } from '../../session/errors';

export { mutantNamed, profileNamed, scenarioNamed } from '../../session/named';

/** Parses a whole number of the command line. */
export function parseCount(name: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text.replace(/_/g, '')) ? Number(text.replace(/_/g, '')) : NaN;
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new UsageError(`${name} takes a whole number from ${min} to ${max}, not '${text}'`);
  }
  return value;
}

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Parses `500ms`, `60s`, `10m` or `8h`; returns milliseconds. */
export function parseDuration(name: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  if (match === null) throw new UsageError(`${name} takes a time such as 60s, 10m or 8h, not '${text}'`);
  return Math.round(Number(match[1]) * UNIT_MS[match[2]]);
}
