import { SourceMap, type SourceMapPayload } from 'node:module';
import { basename, dirname, join, posix, relative, sep } from 'node:path';
import { createCoverageMap, type CoverageMapData, type FileCoverageData, type Range } from 'istanbul-lib-coverage';
import { COUNTERS } from './coverage_hook';
import { branchFeature } from './features';

/** The directory whose dist/ holds the compiled files. */
const ROOT = dirname(dirname(dirname(__dirname)));

/** One arm of a branch, with the place of its counter. */
interface Arm {
  readonly counts: number[];
  readonly position: number;
  readonly feature: number;
}

export interface Branches {
  readonly covered: number;
  readonly total: number;
}

let ofThisProcess: ModelCoverage | null = null;

/**
 * The counters of the model's branches in this process. They are read after each program, a few thousand numbers in one
 * flat list, and set to 0, so they hold the hits of that program. The sums are kept here.
 */
export class ModelCoverage {
  private readonly arms: Arm[] = [];
  private readonly sums: Float64Array;

  constructor(private readonly files: Readonly<Record<string, FileCoverageData>>) {
    for (const file of Object.keys(files).sort()) {
      const { b } = files[file];
      for (const branch of Object.keys(b))
        b[branch].forEach((_, position) => {
          const feature = branchFeature(placeOf(`${basename(file)}:${branch}:${position}`));
          this.arms.push({ counts: b[branch], position, feature });
        });
    }
    this.sums = new Float64Array(this.arms.length);
  }

  /** Null when this process was started without counters (coverage_hook.ts). */
  static ofThisProcess(): ModelCoverage | null {
    const files = (globalThis as unknown as Record<string, Record<string, FileCoverageData> | undefined>)[COUNTERS];
    if (files !== undefined) ofThisProcess ??= new ModelCoverage(files);
    return ofThisProcess;
  }

  /** Features of the branch arms taken since the last call. */
  takeHits(): number[] {
    const features: number[] = [];
    const { arms, sums } = this;
    for (let i = 0; i < arms.length; i++) {
      const { counts, position, feature } = arms[i];
      if (counts[position] === 0) continue;
      features.push(feature);
      sums[i] += counts[position];
      counts[position] = 0;
    }
    return features;
  }

  get branches(): Branches {
    this.takeHits();
    return { covered: this.sums.filter((sum) => sum > 0).length, total: this.sums.length };
  }

  /** The counts as istanbul's reporters read them, with the lines of the .ts files where there are source maps. */
  map(): CoverageMapData {
    this.takeHits();
    this.arms.forEach(({ counts, position }, i) => (counts[position] = this.sums[i]));
    const data: CoverageMapData = {};
    for (const file of Object.values(this.files)) {
      const positioned = inSource(file);
      data[positioned.path] = positioned;
    }
    for (const { counts, position } of this.arms) counts[position] = 0;
    return data;
  }
}

/** The counts of several processes together. Maps of other versions of the code are left out. */
export function mergedCoverage(maps: readonly CoverageMapData[]): CoverageMapData {
  const merged = createCoverageMap({});
  // Plain copies, because istanbul changes its input.
  for (const map of maps) merged.merge(JSON.parse(JSON.stringify(map)) as CoverageMapData);
  return JSON.parse(JSON.stringify(merged)) as CoverageMapData;
}

/** The branch arms that were taken at least once, and all branch arms. */
export function branchesIn(data: CoverageMapData): Branches {
  const counts = Object.values(data).flatMap((file) => Object.values((file as FileCoverageData).b).flat());
  return { covered: counts.filter((count) => count > 0).length, total: counts.length };
}

/** FNV-1a. */
function placeOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

type WithSourceMap = FileCoverageData & { readonly inputSourceMap?: SourceMapPayload };

function inSource(file: WithSourceMap): FileCoverageData {
  const { path, s, b, f, inputSourceMap } = file;
  const here = (absolute: string): string => relative(ROOT, absolute).split(sep).join(posix.sep);
  const copy = JSON.parse(JSON.stringify({ ...file, inputSourceMap: undefined })) as FileCoverageData;
  const counts = { s: { ...s }, b: structuredClone(b), f: { ...f } };
  if (inputSourceMap === undefined) return { ...copy, ...counts, path: here(path) };
  const sources = new SourceMap(inputSourceMap);
  const at = ({ line, column }: Range['start']): Range['start'] => {
    const entry = sources.findEntry(line - 1, column) as { originalLine?: number; originalColumn?: number };
    return { line: (entry.originalLine ?? 0) + 1, column: entry.originalColumn ?? 0 };
  };
  const move = (range: Range): Range =>
    range.start?.line === undefined || range.end?.line === undefined
      ? range
      : { start: at(range.start), end: at(range.end) };
  for (const statement of Object.keys(copy.statementMap))
    copy.statementMap[statement] = move(copy.statementMap[statement]);
  for (const fn of Object.values(copy.fnMap)) {
    fn.loc = move(fn.loc);
    fn.decl = move(fn.decl);
    fn.line = fn.loc.start.line;
  }
  for (const branch of Object.values(copy.branchMap)) {
    branch.loc = move(branch.loc);
    branch.locations = branch.locations.map(move);
    branch.line = branch.loc.start.line;
  }
  return { ...copy, ...counts, path: here(join(dirname(path), inputSourceMap.sources[0])) };
}
