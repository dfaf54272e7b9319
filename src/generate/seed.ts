/** Names a generated program. The version is raised when the same number starts to mean another program. */
export const SEED_VERSION = 1;

export interface SeedToken {
  readonly scenario: string;
  readonly number: number;
}

/** `v1:core:184467`. */
export function formatSeed(scenario: string, number: number): string {
  return `v${SEED_VERSION}:${scenario}:${number}`;
}

/** The token's parts; undefined when it is none, or of another version. */
export function parseSeed(token: string): SeedToken | undefined {
  const match = /^v(\d+):([a-z][\w-]*):(\d{1,10})$/.exec(token);
  if (match === null || Number(match[1]) !== SEED_VERSION) return undefined;
  const number = Number(match[3]);
  return number > 0xffffffff ? undefined : { scenario: match[2], number };
}
