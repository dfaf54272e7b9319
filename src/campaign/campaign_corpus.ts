import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CoverageMapData } from 'istanbul-lib-coverage';
import { CorpusFiles, readCorpus, scenarioOfLane } from './corpus_files';
import { branchesIn, mergedCoverage, type Branches } from './coverage';
import { isFull } from './patience';
import { parseProgram } from '../program/parse';
import type { Program } from '../program/program';
import { firstLine } from '../targets/errors';
import { writeWholeIfRoom } from './whole_file';
import type { KeptProgram } from './worker_messages';

const COVERAGE = 'coverage.json';
/** Programs of one scenario that a campaign keeps. `skbcheck corpus minimize` makes room for others. */
const KEPT_MAX = 1_000;

/** What a campaign has learnt: the programs that were kept, what they reach, and the branches of the model that were gone. */
export class CampaignCorpus {
  readonly entries: KeptProgram[];
  /** What any of the entries reached first. */
  private readonly features: Set<number>;
  private readonly perScenario = new Map<string, number>();
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
    for (const { lane } of this.entries) this.count(lane);
    this.earlier = coverageIn(directory);
  }

  /** @returns whether it is new, and there is room for it */
  add(entry: KeptProgram): boolean {
    const scenario = scenarioOfLane(entry.lane);
    if (this.files.ids.has(entry.id) || (this.perScenario.get(scenario) ?? 0) >= KEPT_MAX) return false;
    const program = this.parsed(entry);
    if (program === null) return false;
    try {
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
    this.count(entry.lane);
    for (const feature of entry.features) this.features.add(feature);
    return true;
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
    if (Object.keys(map).length > 0) await writeWholeIfRoom(join(this.directory, COVERAGE), `${JSON.stringify(map)}\n`);
  }

  private coverage(): CoverageMapData {
    return this.now === null ? this.earlier : mergedCoverage([this.earlier, this.now.map]);
  }

  private count(lane: string): void {
    const scenario = scenarioOfLane(lane);
    this.perScenario.set(scenario, (this.perScenario.get(scenario) ?? 0) + 1);
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
