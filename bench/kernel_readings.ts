import { cString } from '../src/commands/outside/abi/bytes';
import { ARENA, type Step } from '../src/commands/outside/step';
import type { OutsideLink } from '../src/lockstep/outside_link';

/** Files that say whether a driver maps memory for its device as it should (kernel/dma/debug.c). */
const DMA_FILES = ['error_count', 'num_free_entries', 'nr_total_entries'] as const;
const FD = 200;
const TEXT_BYTES = 4096;
const BUFFER = ARENA + TEXT_BYTES;

/** The words of DMA debugging; undefined: the kernel has none. */
export interface DmaReading {
  /** Errors that it found since the boot. */
  readonly errors: number;
  /** Mappings that are held. */
  readonly held: number;
}

/** Reads what DMA debugging says when no program runs. */
export async function readDma(link: OutsideLink): Promise<DmaReading | undefined> {
  const values: number[] = [];
  for (const file of DMA_FILES) {
    const text = await readFile(link, `/sys/kernel/debug/dma-api/${file}`);
    if (text === undefined) return undefined;
    values.push(Number(text.trim()));
  }
  const [errors, free, total] = values;
  return { errors, held: total - free };
}

async function readFile(link: OutsideLink, path: string): Promise<string | undefined> {
  const steps: Step[] = [
    { op: 'poke', at: ARENA, bytes: cString(path) },
    { op: 'syscall', name: 'openat', args: [-100, ARENA, 0], fd: FD },
    {
      op: 'syscall',
      name: 'read',
      args: [FD, BUFFER, TEXT_BYTES],
      out: [{ at: BUFFER, bytes: TEXT_BYTES, upToReturn: true }],
    },
  ];
  const answer = await link.run([{ level: 'root', steps, limit_ms: 10_000 }]);
  const result = answer.death === undefined ? answer.results[0].results.at(-1) : undefined;
  return result === undefined || result.ret <= 0 ? undefined : result.out[0].toString('latin1');
}
