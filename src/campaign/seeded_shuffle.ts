import { Random } from '../generate/random';
import { generatorSeed } from '../generate/seed';

const STREAM = 0x5f1e;

/** The items in an order that a program number decides (Fisher-Yates). */
export function seededShuffle<T>(items: readonly T[], number: number): T[] {
  const random = new Random();
  random.seed(generatorSeed(number), STREAM);
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}
