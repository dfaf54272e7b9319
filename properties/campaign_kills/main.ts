import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Random } from '../../src/generate/random';
import { killRound } from './kill_round';

/**
 * `npm run kills -- --rounds 100 [--seed 7]`: kills campaigns with SIGKILL at random moments; each must continue
 * undisturbed.
 */
async function main(args: readonly string[]): Promise<number> {
  const numberOf = (name: string, usual: number): number => {
    const at = args.indexOf(name);
    return at < 0 ? usual : Number(args[at + 1]);
  };
  const rounds = numberOf('--rounds', 100);
  const seed = numberOf('--seed', Date.now() % 1_000_000);
  const random = new Random();
  random.seed(seed);
  let failed = 0;
  for (let round = 0; round < rounds; round++) {
    const folder = mkdtempSync(path.join(tmpdir(), 'skbcheck-kills-'));
    try {
      const { whom, after_ms, findings, leases } = await killRound(
        folder,
        seed + round,
        () => random.below(1 << 20) / (1 << 20),
      );
      process.stdout.write(
        `${round + 1}: ${whom} after ${after_ms} ms, ${findings} findings and ${leases} leases: kept\n`,
      );
      rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      failed++;
      process.stdout.write(`${round + 1}: LOST, seed ${seed + round}, see ${folder}: ${String(error)}\n`);
    }
  }
  process.stdout.write(`${rounds - failed} of ${rounds} rounds lost nothing, seed ${seed}\n`);
  return failed === 0 ? 0 : 1;
}

void main(process.argv.slice(2)).then((code) => (process.exitCode = code));
