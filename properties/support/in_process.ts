import { main } from '../../src/cli/main';
import type { Ended } from './cli';

/** Runs `skbcheck` with these words in this process, which costs no start. For commands without processes of their own. */
export async function skbcheckHere(
  args: readonly string[],
  where: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  const take = (stream: 'stdout' | 'stderr') =>
    jest.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    });
  const spies = [take('stdout'), take('stderr')];
  const before = { cwd: process.cwd(), env: { ...process.env } };
  process.chdir(where.cwd);
  Object.assign(process.env, where.env);
  try {
    return { code: await main([...args]), ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.chdir(before.cwd);
    process.env = before.env;
  }
}
