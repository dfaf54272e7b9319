import { join } from 'node:path';
import { AppendFile, readLines } from './append_file';
import type { StatsLine } from '../campaign_types';
import type { DiskFullRetry } from './disk_full_retry';
import { writeAtomicallyIfRoom } from './atomic_write';

const EVERY_MS = 2_000;
const BYTES_MAX = 2_000_000;
const POINTS_MAX = 500;

/** The figures of a campaign over time: stats.jsonl, which loses every other line when it grows too large. */
export class StatsSeries {
  /** The lines without workers, so that a long campaign stays small in memory. */
  private lines: Omit<StatsLine, 'workers'>[] = [];
  private every_ms = EVERY_MS;

  private constructor(
    private readonly file: AppendFile,
    private readonly bytesMax: number,
  ) {}

  static async open(directory: string, retry: DiskFullRetry, bytesMax = BYTES_MAX): Promise<StatsSeries> {
    const path = join(directory, 'stats.jsonl');
    const series = new StatsSeries(await AppendFile.open(path, retry), bytesMax);
    series.lines = readLines(path).map((line) => withoutWorkers(line as StatsLine));
    return series;
  }

  get last(): Omit<StatsLine, 'workers'> | undefined {
    return this.lines[this.lines.length - 1];
  }

  isDue(now: number): boolean {
    return this.last === undefined || now - this.last.at >= this.every_ms;
  }

  async add(line: StatsLine): Promise<void> {
    this.lines.push(withoutWorkers(line));
    await this.file.append(line, false);
    if (this.file.bytes <= this.bytesMax) return;
    this.every_ms *= 2;
    const kept = (readLines(this.file.path) as StatsLine[]).filter((_, position, { length }) => keep(position, length));
    await writeAtomicallyIfRoom(this.file.path, `${kept.map((one) => JSON.stringify(one)).join('\n')}\n`);
    await this.file.reopen();
    this.lines = kept.map(withoutWorkers);
  }

  /** At most POINTS_MAX lines, the first and the last included. */
  points(): Omit<StatsLine, 'workers'>[] {
    const { lines } = this;
    if (lines.length <= POINTS_MAX) return [...lines];
    const step = (lines.length - 1) / (POINTS_MAX - 1);
    return Array.from({ length: POINTS_MAX }, (_, i) => lines[Math.round(i * step)]);
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

/** True for every other line, the first and the last included. */
function keep(position: number, length: number): boolean {
  return position % 2 === 0 || position === length - 1;
}

function withoutWorkers({ workers: _, ...line }: StatsLine): Omit<StatsLine, 'workers'> {
  return line;
}
