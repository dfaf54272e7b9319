import { median } from 'simple-statistics';
import { scenarioOfLane, type StoredEntry } from './corpus_files';

export interface ScenarioStats {
  readonly scenario: string;
  readonly programs: number;
  /** Features that its programs reached first. */
  readonly features: number;
  /** Calls of all programs together. */
  readonly calls: number;
  readonly medianCalls: number;
  readonly longest: number;
  /** Different commands. */
  readonly commands: number;
  readonly profiles: readonly string[];
}

export interface CorpusStats {
  readonly programs: number;
  readonly features: number;
  readonly scenarios: readonly ScenarioStats[];
}

/** Figures of a corpus. No program is executed. */
export function corpusStats(entries: readonly StoredEntry[]): CorpusStats {
  const names = [...new Set(entries.map(({ lane }) => scenarioOfLane(lane)))].sort();
  const scenarios = names.map((name) =>
    statsOf(
      name,
      entries.filter(({ lane }) => scenarioOfLane(lane) === name),
    ),
  );
  return {
    programs: entries.length,
    features: scenarios.reduce((sum, { features }) => sum + features, 0),
    scenarios,
  };
}

function statsOf(scenario: string, entries: readonly StoredEntry[]): ScenarioStats {
  const lengths = entries.map(({ program }) => program.calls.length);
  return {
    scenario,
    programs: entries.length,
    features: new Set(entries.flatMap(({ features }) => features)).size,
    calls: lengths.reduce((sum, length) => sum + length, 0),
    medianCalls: median(lengths),
    longest: Math.max(...lengths),
    commands: new Set(entries.flatMap(({ program }) => program.calls.map(({ command }) => command.name))).size,
    profiles: [...new Set(entries.map(({ program }) => program.profile))].sort(),
  };
}
