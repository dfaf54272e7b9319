import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CoverageMapData } from 'istanbul-lib-coverage';
import type { Lease } from './campaign_types';
import { CorpusFiles, readCorpus, scenarioOfLane } from '../corpus/corpus_files';
import { branchesIn, mergedCoverage, type Branches } from '../corpus/coverage';
import { FeatureMeter, type Reached } from '../corpus/measure_features';
import { isFull } from './store/disk_full_retry';
import { laneOfEntries } from './plan';
import { parseProgram } from '../program/parse';
import type { Program } from '../program/program';
import { firstLine } from '../session/errors';
import { writeAtomicallyIfRoom } from './store/atomic_write';
import { coverOf } from '../corpus/set_cover';
import type { KeptProgram } from './worker_messages';

const COVERAGE = 'coverage.json';
/** Programs of one scenario and profile that a campaign keeps. */
const KEPT_MAX = 500;
/** Programs that stay when a lane is at KEPT_MAX. They leave room, so that the list is rarely rewritten. */
const LEFT = 300;

/**
 * The corpus of a campaign: its kept programs, their features, and the branch arms of the model that were taken.
 */
export class CampaignCorpus {
  entries: KeptProgram[];
  /** Features that an entry reached first. */
  private readonly features: Set<number>;
  private readonly perLane = new Map<string, number>();
  /** By scenario: features that its entries reached first. */
  private readonly perScenario = new Map<string, Set<number>>();
  /** By id of an entry: all of its features, where they are known. */
  private readonly reached = new Map<string, Uint32Array>();
  private readonly meter = new FeatureMeter();
  private readonly files: CorpusFiles;
  /** Branch counts of ended processes and of earlier campaigns in this directory. */
  private earlier: CoverageMapData;
  /** Branch counts of the process that counts now. */
  private now: { readonly pid: number | undefined; readonly map: CoverageMapData } | null = null;
  private known: Branches | null = null;
  private full = false;

  /** @param say - prints the entries of the directory that are broken and left out */
  constructor(
    private readonly directory: string,
    private readonly say: (line: string) => void,
  ) {
    const corpus = join(directory, 'corpus');
    this.files = new CorpusFiles(corpus, []);
    const { entries, problems } = readCorpus(corpus);
    for (const problem of problems) say(problem);
    for (const { id } of entries) this.files.ids.add(id);
    this.entries = entries.map(({ id, text, lane, features }) => ({ id, text, lane, features }));
    this.features = new Set(this.entries.flatMap(({ features }) => features));
    for (const entry of this.entries) {
      this.count(entry.lane, 1);
      this.meet(entry);
    }
    this.earlier = coverageIn(directory);
  }

  /**
   * Adds an entry.
   * @param reached - all features of its program
   * @returns whether it is new and could be written
   */
  add(entry: KeptProgram, reached: readonly number[] = entry.features): boolean {
    if (this.files.ids.has(entry.id)) return false;
    const program = this.parsed(entry);
    if (program === null) return false;
    try {
      if ((this.perLane.get(entry.lane) ?? 0) >= KEPT_MAX) this.makeRoom(entry.lane);
      this.files.add({ ...entry, program });
    } catch (error) {
      if (!isFull(error)) throw error;
      // Findings wait for room on the disk. Kept programs do not.
      this.files.ids.delete(entry.id);
      if (!this.full) this.say('the disk is full: programs that reach something first are not kept meanwhile');
      this.full = true;
      return false;
    }
    this.full = false;
    this.entries.push(entry);
    this.reached.set(entry.id, Uint32Array.from(reached));
    this.count(entry.lane, 1);
    for (const feature of entry.features) this.features.add(feature);
    this.meet(entry);
    return true;
  }

  /**
   * Adds an entry of a worker that does not know the whole corpus. Features that another entry of the scenario has
   * reached before are removed from it.
   *
   * @param reached - all features of its program
   * @returns whether features were left, and the entry was added
   */
  addFromElsewhere(entry: KeptProgram, reached: readonly number[]): boolean {
    const met = this.perScenario.get(scenarioOfLane(entry.lane));
    const features = entry.features.filter((feature) => met?.has(feature) !== true);
    return features.length > 0 && this.add({ ...entry, features }, reached);
  }

  /** The entries of a scenario, of all its profiles, in the order in which they were kept. */
  ofScenario(scenario: string): readonly KeptProgram[] {
    return this.entries.filter(({ lane }) => scenarioOfLane(lane) === scenario);
  }

  /** The entry's program; null when it does not parse, which is no reason to end a campaign. */
  private parsed({ text, id }: KeptProgram): Program | null {
    try {
      return parseProgram(text, id);
    } catch (error) {
      this.say(`a worker kept a text that is no program, it is left out: ${firstLine(error)}`);
      return null;
    }
  }

  /**
   * The programs that run before a lease: for the first lease of a lane on the model, all that were kept of its
   * scenario and profile.
   */
  replayBefore({ lane, position }: Lease): readonly KeptProgram[] {
    if (lane.target !== 'model' || position > 0) return [];
    const kept = laneOfEntries(lane);
    return this.entries.filter((entry) => entry.lane === kept);
  }

  /** Takes the branch counts of a process since its start. */
  covered(pid: number | undefined, map: CoverageMapData): void {
    if (this.now !== null && this.now.pid !== pid) this.earlier = mergedCoverage([this.earlier, this.now.map]);
    this.now = { pid, map };
    this.known = null;
  }

  get counts(): { readonly corpus: number; readonly features: number; readonly branches: Branches } {
    this.known ??= branchesIn(this.coverage());
    return { corpus: this.entries.length, features: this.features.size, branches: this.known };
  }

  async close(): Promise<void> {
    const map = this.coverage();
    if (Object.keys(map).length > 0)
      await writeAtomicallyIfRoom(join(this.directory, COVERAGE), `${JSON.stringify(map)}\n`);
  }

  private coverage(): CoverageMapData {
    return this.now === null ? this.earlier : mergedCoverage([this.earlier, this.now.map]);
  }

  /** Drops the entries that add least to the others. */
  private makeRoom(lane: string): void {
    const items = this.entries
      .filter((entry) => entry.lane === lane)
      .map((entry) => ({ id: entry.id, features: this.reachedBy(entry), size: entry.text.length }));
    const left = new Set(coverOf(items, LEFT).map(({ id }) => id));
    const dropped = new Set(items.map(({ id }) => id).filter((id) => !left.has(id)));
    this.files.drop(dropped);
    this.entries = this.entries.filter(({ id }) => !dropped.has(id));
    for (const id of dropped) this.reached.delete(id);
    this.count(lane, -dropped.size);
  }

  /**
   * All features of an entry. The directory stores only those that it reached first, so an older entry is executed once
   * more.
   */
  private reachedBy({ id, text, features }: KeptProgram): Uint32Array {
    const known = this.reached.get(id);
    if (known !== undefined) return known;
    let reached: Reached = null;
    try {
      reached = this.meter.reachedBy(parseProgram(text, id));
    } catch {
      // Another version of skbcheck may have kept it.
    }
    const all = Uint32Array.from(reached ?? features);
    this.reached.set(id, all);
    return all;
  }

  private meet({ lane, features }: KeptProgram): void {
    const scenario = scenarioOfLane(lane);
    let met = this.perScenario.get(scenario);
    if (met === undefined) this.perScenario.set(scenario, (met = new Set()));
    for (const feature of features) met.add(feature);
  }

  private count(lane: string, more: number): void {
    this.perLane.set(lane, (this.perLane.get(lane) ?? 0) + more);
  }
}

/** The branch counts stored in the directory; none when they cannot be read. */
function coverageIn(directory: string): CoverageMapData {
  try {
    return mergedCoverage([JSON.parse(readFileSync(join(directory, COVERAGE), 'utf8')) as CoverageMapData]);
  } catch {
    return {};
  }
}
