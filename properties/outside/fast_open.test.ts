// TCP Fast Open: the SYN has data where both ends have a cookie or do without, and none where the first asks for one.
import { TCPI_OPT_SYN_DATA } from '../../src/commands/outside/socket/fast_connected';
import { compileProgram } from '../../src/outside/compile';
import { PROLOGUE } from '../../src/outside/judge_program';
import type { OutsideLink } from '../../src/lockstep/outside_link';
import { parseProgram } from '../../src/program/parse';
import { profileNamed } from '../../src/session/named';
import { Session } from '../../src/session/session';
import { sessionOptions } from '../../src/session/session_options';
import { openOutside } from '../../src/targets/linux/outside/outside_link';
import { linuxTargets } from '../support/linux';

const TARGET = 'linux-7.3';

(linuxTargets([TARGET]).length > 0 ? describe : describe.skip)(`a connection on ${TARGET}`, () => {
  let link: OutsideLink;

  beforeAll(async () => {
    link = await openOutside(TARGET);
  });

  afterAll(() => link?.close());

  async function hasDataInSyn(args: string): Promise<boolean> {
    const profile = profileNamed(TARGET);
    const session = new Session({ ...sessionOptions(profile, undefined, profile.abi, false), checks: false });
    const text = `profile ${TARGET}\nas: user\nfd1 = fast_connected(${args}, len: 500)\n`;
    const { steps } = compileProgram(session, parseProgram(text, 'fast_open'), PROLOGUE);
    const { results } = await link.run([steps]);
    const options = results?.[0].results.flatMap(({ out }) => (out.length === 1 && out[0].length === 1 ? out : []));
    expect(options).toHaveLength(1);
    return ((options?.[0][0] ?? 0) & TCPI_OPT_SYN_DATA) !== 0;
  }

  const ends = ['tcp', 'tcp6'].flatMap((kind) => ['send', 'connect'].map((way) => `kind: ${kind}, way: ${way}`));

  test.each(ends)('of %s has data in its SYN, or asks for a cookie', async (end) => {
    const seen = await Promise.all(
      ['none', 'known', 'asked'].map((cookie) => hasDataInSyn(`${end}, cookie: ${cookie}`)),
    );
    expect(seen).toEqual([true, true, false]);
  });
});
