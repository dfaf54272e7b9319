import type { Scenario } from '../../generate/scenario';
import { findScenario, SCENARIOS } from '../../generate/scenarios/registry';
import { findMutant, MUTANTS, type Mutant } from '../../rules/mutants';
import { ALL_PROFILES, findProfile, type Profile } from '../../rules/profiles';
import { didYouMean } from '../../program/did_you_mean';
import { UsageError } from '../../session/errors';

/** @throws UsageError when the result is asked for in two formats */
export function assertOneFormat({ json, ktap }: { readonly json?: boolean; readonly ktap?: boolean }): void {
  if (json === true && ktap === true)
    throw new UsageError('--json and --ktap cannot both be printed on stdout; take one of them');
}

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

export function profileNamed(name: string): Profile {
  const profile = findProfile(name);
  if (profile !== undefined) return profile;
  const names = ALL_PROFILES.map((known) => known.name);
  throw new UsageError(`no profile '${name}'${didYouMean(name, names)}; profiles: ${names.join(', ')}`);
}

export function scenarioNamed(name: string): Scenario {
  const scenario = findScenario(name);
  if (scenario !== undefined) return scenario;
  const names = SCENARIOS.map((known) => known.name);
  throw new UsageError(`no scenario '${name}'${didYouMean(name, names)}; scenarios: ${names.join(', ')}`);
}

export function mutantNamed(id: string): Mutant {
  const mutant = findMutant(id);
  if (mutant !== undefined) return mutant;
  const ids = MUTANTS.map((known) => known.id);
  throw new UsageError(`no mutant '${id}'${didYouMean(id, ids)}; see: skbcheck list mutants`);
}
