// Complaints of a kernel that no running program is to blame for: of earlier ones, and of namespaces that go.
import { formatSeed, programAfter } from '../../src/generate/seed';
import { OUTSIDE_UNIX } from '../../src/generate/scenarios/outside/sockets';
import type { StepProgram, StepProgramResult } from '../../src/commands/outside/step';
import type { OutsideLink } from '../../src/lockstep/outside_link';
import { OutsideJudge } from '../../src/outside/outside_judge';
import { OutsideTarget } from '../../src/outside/outside_target';
import { OutsideSearch } from '../../src/search/search_outside';
import { profileNamed } from '../../src/session/named';
import { signatureOf } from '../../src/session/verdict';
import { sessionOf } from '../support/model';

/** Number of no program. */
const NONE = Number.MAX_SAFE_INTEGER;
const FIRST = 1;
const PROFILE = profileNamed('linux-6.12');
const STALLED = 'page_pool_release_retry() stalled pool shutdown: id 7, 1 inflight 60 sec\n';
const WARNING = [
  '------------[ cut here ]------------',
  'WARNING: CPU: 0 PID: 9 at net/core/dev.c:100 unregister_netdevice_many_notify+0x1/0x2',
  '---[ end trace 0000000000000000 ]---',
  '',
].join('\n');

/** A kernel that complains from one of its programs on, or after each end of one of them. */
class Complaining {
  opened = 0;
  private readonly seen: StepProgram[] = [];
  private running: readonly StepProgram[] = [];

  /**
   * @param from - number of the program from which on it tells of an earlier one
   * @param guilty - number of the program at whose end it complains
   */
  constructor(
    private readonly from: number,
    private readonly guilty: number,
  ) {}

  async open(): Promise<OutsideLink> {
    this.opened++;
    const link: Partial<OutsideLink> = {
      release: '6.12.0',
      run: async (programs) => {
        this.running = [...this.running, ...programs];
        return { results: programs.map((program) => this.resultOf(program)) };
      },
      state: async () => {
        const log = this.running.includes(this.seen[this.guilty]) ? WARNING : '';
        this.running = [];
        return { state: { isQuiet: true, waited_ms: 0, took_ms: 0, counters: {}, log } };
      },
      rearm: async () => undefined,
      close: async () => undefined,
    };
    return link as OutsideLink;
  }

  private resultOf(program: StepProgram): StepProgramResult {
    const log = this.seen.push(program) > this.from ? STALLED : '';
    return { status: 'done', detail: 0, results: [], log };
  }
}

async function foundOn(
  kernel: Complaining,
  programs: number,
): Promise<{ signature: string; seed: string | undefined }[]> {
  const target = new OutsideTarget('complaining', () => kernel.open());
  const session = sessionOf(PROFILE);
  const judge = new OutsideJudge(target, sessionOf(PROFILE));
  const limits = { commands: Infinity, findings: 9, programs, stop: () => false };
  const search = new OutsideSearch(OUTSIDE_UNIX, PROFILE, session, judge, FIRST, limits, () => undefined);
  const { findings } = await search.run();
  return findings.map(({ verdict, program }) => ({ signature: signatureOf(verdict), seed: program.seed }));
}

test('a pool that is told of a minute after its end is no fault of the program that runs then', async () => {
  const kernel = new Complaining(5, NONE);
  const found = await foundOn(kernel, 40);
  expect(found.map(({ signature }) => signature)).toEqual([
    expect.stringMatching(
      /^unconfirmed .*stalled pool shutdown.*: of a program that ended a minute before, or earlier/,
    ),
  ]);
  expect(kernel.opened).toBeGreaterThan(1);
});

test('a warning that comes as namespaces go is a finding of the program that had them', async () => {
  const guilty = 12;
  const found = await foundOn(new Complaining(NONE, guilty), 64);
  expect(found).toEqual([
    {
      signature: expect.stringMatching(/^splat settle WARNING in unregister_netdevice_many_notify/),
      seed: formatSeed(OUTSIDE_UNIX.name, programAfter(FIRST, guilty)),
    },
  ]);
});
