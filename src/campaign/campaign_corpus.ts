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
/** What is left when there are so many: room, so that the list is not written anew for each. */
const LEFT = 300;

/** What a campaign has corpus: the programs that were kept, what they reach, and the branches of the model that were gone. */
export class CampaignCorpus {
  entries: KeptProgram[];
  /** What any of the entries reached first. */
  private readonly features: Set<number>;
  private readonly perLane = new Map<string, number>();
  /** By scenario: what its entries reached first. */
  private readonly perScenario = new Map<string, Set<number>>();
  /** By id of an entry: all that it reaches, where that was asked. */
  private readonly reached = new Map<string, Uint32Array>();
  private readonly meter = new FeatureMeter();
  private readonly files: CorpusFiles;
  /** Of processes that are gone, and of earlier campaigns in this directory. */
  private earlier: CoverageMapData;
  /** Of the process that counts now. */
  private now: { readonly pid: number | undefined; readonly map: CoverageMapData } | null = null;
  private known: Branches | null = null;
  private full = false;

  /** @param say - told of what is broken in the directory, and left out */
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
   * @param reached - all that it reaches
   * @returns whether it is new, and there is room for it
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
      // Findings wait for room; what is only worth keeping does not.
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
   * What a worker kept that does not know all that is here: features that an entry of its scenario brought already are none of its own.
   *
   * @param reached - all that it reaches
   * @returns whether it brought something first, and there is room for it
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

  /** A worker that says something else than a program is no reason to end a campaign. */
  private parsed({ text, id }: KeptProgram): Program | null {
    try {
      return parseProgram(text, id);
    } catch (error) {
      this.say(`a worker kept what is no program, it is left out: ${firstLine(error)}`);
      return null;
    }
  }

  /** What the first lease of a lane on the model begins with: all that was kept of its scenario and profile before. */
  replayBefore({ lane, position }: Lease): readonly KeptProgram[] {
    if (lane.target !== 'model' || position > 0) return [];
    const kept = laneOfEntries(lane);
    return this.entries.filter((entry) => entry.lane === kept);
  }

  /** What a process has counted since it began. */
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

  /** Those go that bring least beside the others. */
  private makeRoom(lane: string): void {
    const items = this.entries
      .filter((entry) => entry.lane === lane)
      .map((entry) => ({ id: entry.id, features: this.reachedBy(entry), size: entry.text.length }));
    const left = new Set(coverOf(items, LEFT).map(({ id }) => id));
    const gone = new Set(items.map(({ id }) => id).filter((id) => !left.has(id)));
    this.files.drop(gone);
    this.entries = this.entries.filter(({ id }) => !gone.has(id));
    for (const id of gone) this.reached.delete(id);
    this.count(lane, -gone.size);
  }

  /** Of an entry of an earlier process the directory says only what it reached first: it is executed once more. */
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

/** What is there, if it can be read: it is made anew anyway. */
function coverageIn(directory: string): CoverageMapData {
  try {
    return mergedCoverage([JSON.parse(readFileSync(join(directory, COVERAGE), 'utf8')) as CoverageMapData]);
  } catch {
    return {};
  }
}
