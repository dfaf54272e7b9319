// Two CPUs: programs with a schedule, the calls that may run concurrently, and every schedule of a short program.

import type { CommandName } from '../src/commands/command_name';
import { exploreSchedules, streamsOf } from '../src/explore/explore_schedules';
import { reduceOnModel } from '../src/search/reduce_finding';
import { runGenerated } from '../src/search/search_model';
import { ProgramGenerator, ProgramSource } from '../src/generate/generator';
import type { Scenario } from '../src/generate/scenario';
import { findScenario } from '../src/generate/scenarios/registry';
import { Settler } from '../src/generate/settle';
import { PREEMPTION_POINTS } from '../src/model/world/preemption';
import { PassedPoints } from '../src/program/interleaving';
import { parseProgram } from '../src/program/parse';
import { printProgram } from '../src/program/print';
import { candidates } from './support/candidates';
import { MUTANTS } from '../src/rules/mutants';
import { runOnModel, type Step } from '../src/session/run_model';
import { outcomeText, Session } from '../src/session/session';
import { signatureOf } from '../src/session/verdict';
import { folderForTests, buildOnce, skbcheck } from './support/cli';
import { effort } from './support/effort';
import { brokenProfile, mutantOf, profileOf, programOf, sessionOf, verdictOf } from './support/model';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

const LINUX = profileOf('linux-6.12');
const RACES = MUTANTS.filter(({ needs }) => needs === 'schedule');
const SEEDS = effort(25);
const SCENARIOS = ['races', 'races-coalesce', 'races-xsk'].map((name) => findScenario(name) as Scenario);

const DROPPED = 'skb_release_data: dataref dropped';
const TWO_CLONES = `skb1 = alloc_skb(size: 0)
skb2 = skb_clone(skb: skb1)
`;

/** How each call of a program ends, and where the calls of the second CPU run. */
function stepsOf(text: string, profile = LINUX): string[] {
  const describe = ({ call, outcome, during }: Step): string =>
    `${call.command.name} ${outcomeText(call, outcome)}${during === undefined ? '' : during ? ' during' : ' after'}`;
  const { steps, verdict } = runOnModel(sessionOf(profile), programOf(profile, text));
  expect(verdict).toEqual({ kind: 'clean' });
  return steps.filter(({ settling }) => !settling).map(describe);
}

const parse = (text: string): unknown => parseProgram(`profile linux-6.12\n${TWO_CLONES}${text}`, 'f.skb');

describe('a schedule is text', () => {
  test.each([
    `kfree_skb(skb: skb1)\ncpu1 at '${DROPPED}': kfree_skb(skb: skb2)\n`,
    `kfree_skb(skb: skb1)\ncpu1 at '${DROPPED}', pass 3: skb3 = skb_clone(skb: skb2, fail: 1)\n`,
    `cpu1 = skb_clone(skb: skb1)\nkfree_skb(skb: cpu1)\n`,
  ])('printing is the inverse of parsing: %j', (text) => {
    const whole = `profile linux-6.12\n${TWO_CLONES}${text}`;
    expect(printProgram(parseProgram(whole, 'f.skb'))).toBe(whole);
  });

  test.each(SCENARIOS)(`of every generated program of $name as well (seeds 1 to ${SEEDS})`, (scenario) => {
    const source = new ProgramSource(scenario, LINUX);
    let scheduled = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const text = printProgram(source.program(seed));
      expect(printProgram(parseProgram(text, 'f.skb'))).toBe(text);
      scheduled += text.split('\ncpu1 at ').length - 1;
    }
    expect(scheduled).toBeGreaterThan(SEEDS);
  });

  test.each([
    ['cpu1 kfree_skb(skb: skb1)', "4:6: error: expected 'at' and the name of a point after cpu1, found 'kfree_skb'"],
    ['cpu1 at here: kfree_skb(skb: skb1)', "4:9: error: expected the name of a point in quotes, found 'here'"],
    [
      "cpu1 at 'skb_release_data: dataref droped': kfree_skb(skb: skb1)",
      `4:9: error: no point 'skb_release_data: dataref droped', did you mean '${DROPPED}'?`,
    ],
    [
      `cpu1 at '${DROPPED}' kfree_skb(skb: skb1)`,
      "4:45: error: expected ',' or ':' after the point, found 'kfree_skb'",
    ],
    [`cpu1 at '${DROPPED}', pass 0: kfree_skb(skb: skb1)`, "4:51: error: 'pass' is 0, it must be from 1 to 1024"],
    [`cpu1 at '${DROPPED}': `, '4:46: error: expected a command, found the end of the line'],
  ])('a mistake is explained: %s', (line, message) => {
    expect(() => parse(line)).toThrow(`f.skb:${message}`);
  });
});

describe('when the second CPU runs', () => {
  test('at the point, in the middle of the call above', () => {
    const text = `${TWO_CLONES}kfree_skb(skb: skb1)\ncpu1 at '${DROPPED}': kfree_skb(skb: skb2)\n`;
    expect(stepsOf(text).slice(2)).toEqual(['kfree_skb ok', 'kfree_skb ok during']);
  });

  test('after it, where the call above does not pass the point, or not that often', () => {
    const text = `${TWO_CLONES}skb_get(skb: skb1)\n`.replace('skb_get', 'skb3 = skb_get');
    expect(stepsOf(`${text}cpu1 at '${DROPPED}': kfree_skb(skb: skb2)\n`)[3]).toBe('kfree_skb ok after');
    const twice = `${TWO_CLONES}kfree_skb(skb: skb1)\ncpu1 at '${DROPPED}', pass 2: kfree_skb(skb: skb2)\n`;
    expect(stepsOf(twice)[3]).toBe('kfree_skb ok after');
  });

  test('after it, where the call above is skipped', () => {
    const text = `${TWO_CLONES}kfree_skb(skb: skb1)
kfree_skb(skb: skb1)
cpu1 at '${DROPPED}': kfree_skb(skb: skb2)\n`;
    expect(stepsOf(text).slice(3)).toEqual(['kfree_skb skipped: an object is gone', 'kfree_skb ok after']);
  });

  test('alone, where there is no call above', () => {
    expect(stepsOf(`cpu1 at '${DROPPED}': skb1 = alloc_skb(size: 0)\n`)).toEqual(['alloc_skb ok']);
  });

  test('in the order of its lines: the second waits for the first', () => {
    const text = `${TWO_CLONES}skb3 = skb_clone(skb: skb1)
kfree_skb(skb: skb1)
cpu1 at '__free_pages: reference dropped': kfree_skb(skb: skb2)
cpu1 at '${DROPPED}': kfree_skb(skb: skb3)
`;
    expect(stepsOf(text).slice(4)).toEqual(['kfree_skb ok after', 'kfree_skb ok after']);
  });

  test('without being interrupted itself', () => {
    const text = `${TWO_CLONES}skb3 = skb_clone(skb: skb1)
kfree_skb(skb: skb1)
cpu1 at '${DROPPED}': kfree_skb(skb: skb2)
cpu1 at '${DROPPED}', pass 2: kfree_skb(skb: skb3)
`;
    expect(stepsOf(text).slice(4)).toEqual(['kfree_skb ok during', 'kfree_skb ok after']);
  });

  test('with allocations that fail and a context of its own', () => {
    const text = `${TWO_CLONES}pskb_expand_head(skb: skb1, nhead: 1)
cpu1 at 'pskb_expand_head: cloned': skb3 = skb_copy(skb: skb2, fail: 1)
`;
    expect(stepsOf(text.replace('nhead: 1', 'nhead: 1, ntail: 0')).slice(2)).toEqual([
      'pskb_expand_head ok',
      'skb_copy skipped: not legal now during'.replace('skipped: not legal now', 'enomem'),
    ]);
  });
});

describe('of calls on two CPUs at the same time', () => {
  const POOL = `pool1 = page_pool_create(pool_size: 1, napi: 1)
page1 = page_pool_alloc_pages(pool: pool1)
page2 = page_pool_alloc_pages(pool: pool1)
`;
  const PUT = "cpu1 at '__page_pool_put_page: page refcount read':";
  const SKIPPED = 'skipped: not legal now during';
  const last = (text: string, profile = LINUX): string => stepsOf(text, profile).at(-1) as string;

  test('a name is used by one CPU only', () => {
    const text = `${TWO_CLONES}kfree_skb(skb: skb1)\ncpu1 at '${DROPPED}': kfree_skb(skb: skb1)\n`;
    expect(last(text)).toContain('skipped');
  });

  test('two users of an skb may drop it at the same time, and do nothing else', () => {
    const users = `${TWO_CLONES}skb3 = skb_get(skb: skb1)\nkfree_skb(skb: skb1)\ncpu1 at 'skb_unref: users read': `;
    expect(last(`${users}kfree_skb(skb: skb3)\n`)).toBe('kfree_skb ok during');
    expect(last(`${users}skb4 = skb_clone(skb: skb3)\n`)).toBe(`skb_clone ${SKIPPED}`);
  });

  test('the cache of a pool belongs to its NAPI: the other CPU neither allocates nor recycles directly', () => {
    const direct = `${POOL}page_pool_put_page(page: page1, context: napi)\n${PUT} `;
    expect(last(`${direct}page3 = page_pool_alloc_pages(pool: pool1)\n`)).toBe(`page_pool_alloc_pages ${SKIPPED}`);
    expect(last(`${direct}page_pool_put_page(page: page2)\n`)).toBe('page_pool_put_page ok during');
    const softirq = `${POOL}page_pool_put_page(page: page1, context: softirq)\n${PUT} `;
    expect(last(`${softirq}page3 = page_pool_alloc_pages(pool: pool1)\n`)).toBe('page_pool_alloc_pages ok during');
  });

  test('on PREEMPT_RT a softirq is preempted by the NAPI on its own CPU', () => {
    const text = `${POOL}page_pool_put_page(page: page1, context: napi)
${PUT} page3 = page_pool_alloc_pages(pool: pool1)\n`;
    expect(last(text, profileOf('linux-6.12-rt'))).toBe('page_pool_alloc_pages ok during');
  });

  test('a pool is destroyed when its NAPI has stopped, and beside late returns', () => {
    const destroy = `${PUT} page_pool_destroy(pool: pool1)\n`;
    expect(last(`${POOL}page_pool_put_page(page: page1, context: napi)\n${destroy}`)).toBe(
      `page_pool_destroy ${SKIPPED}`,
    );
    expect(last(`${POOL}page_pool_put_page(page: page1)\n${destroy}`)).toBe('page_pool_destroy ok during');
  });

  test('only the release of a pool runs while the producer of a ring holds its lock', () => {
    const locked = `${POOL}page_pool_put_page(page: page1)
cpu1 at 'page_pool_recycle_in_ring: produced, still locked': `;
    expect(last(`${locked}page_pool_put_page(page: page2)\n`)).toBe('page_pool_put_page ok after');
    expect(last(`${locked}page_pool_destroy(pool: pool1)\n`)).toBe('page_pool_destroy ok during');
  });

  test('set-up and tear-down calls have no second CPU', () => {
    expect(last(`${TWO_CLONES}kfree_skb(skb: skb1)\ncpu1 at '${DROPPED}': sock1 = sk_alloc()\n`)).toBe(
      `sk_alloc ${SKIPPED}`,
    );
  });
});

describe.each(RACES.map((mutant) => [mutant.id, mutant] as const))('race %s', (_id, mutant) => {
  const broken = brokenProfile(mutant);
  const profile = profileOf(mutant.profile);
  const own = programOf(profile, mutant.program);

  test('its own program needs its schedule: the same calls one after the other are clean', () => {
    const calls = own.calls.map(({ at: _at, ...call }) => call);
    expect(own.calls.some(({ at }) => at !== undefined)).toBe(true);
    const signature = signatureOf(verdictOf(sessionOf(broken), own));
    expect(signatureOf(verdictOf(sessionOf(broken), { ...own, calls }))).not.toBe(signature);
  });

  test('explore finds it from the two streams, and nothing where the rule is intact', () => {
    const found = exploreSchedules(sessionOf(broken), own, streamsOf(own), 100_000);
    const signature = signatureOf(verdictOf(sessionOf(broken), own));
    const finding = found.findings.find((other) => other.signature === signature);
    expect(finding).toBeDefined();
    const again = parseProgram(printProgram(finding?.program ?? own), 'f.skb');
    expect(signatureOf(verdictOf(sessionOf(broken), again))).toBe(signature);
    const whole = exploreSchedules(sessionOf(profile), own, streamsOf(own), 100_000);
    expect(whole).toMatchObject({ failed: 0, exhausted: false, findings: [] });
    expect(whole.schedules).toBeGreaterThan(2);
  });
});

describe('explore', () => {
  const three = programOf(
    LINUX,
    `${TWO_CLONES}kfree_skb(skb: skb1)
cpu1 at '${DROPPED}': kfree_skb(skb: skb2)
cpu1 at '${DROPPED}': skb3 = alloc_skb(size: 0)\n`,
  );

  test('tries every placement of the second stream in its order, each once', () => {
    // kfree_skb(skb2): after skb_clone, in kfree_skb(skb1), after it. When it runs before, skb1 is no clone any more
    // and passes no dataref.
    // alloc_skb: nowhere before that.
    const { schedules } = exploreSchedules(sessionOf(LINUX), three, streamsOf(three), 1000);
    const one = { ...three, calls: three.calls.slice(0, 4) };
    expect(exploreSchedules(sessionOf(LINUX), one, streamsOf(one), 1000).schedules).toBe(4);
    expect(schedules).toBeGreaterThan(4);
    expect(exploreSchedules(sessionOf(LINUX), three, streamsOf(three), schedules)).toMatchObject({ exhausted: false });
    expect(exploreSchedules(sessionOf(LINUX), three, streamsOf(three), schedules - 1)).toMatchObject({
      exhausted: true,
    });
  });
});

describe('the reducer', () => {
  test('drops unneeded calls of the second CPU, uses the first pass, and keeps the signature', () => {
    const mutant = mutantOf('B3-two-last');
    const session = sessionOf(brokenProfile(mutant));
    const long = programOf(
      LINUX,
      `skb1 = alloc_skb(size: 512)
skb2 = skb_clone(skb: skb1)
skb3 = skb_clone(skb: skb1)
skb4 = alloc_skb(size: 64)
kfree_skb(skb: skb3)
cpu1 at '${DROPPED}', pass 2: kfree_skb(skb: skb4)
kfree_skb(skb: skb2)
cpu1 at '${DROPPED}': kfree_skb(skb: skb1)
cpu1 at '${DROPPED}': skb5 = alloc_skb(size: 64)
`,
    );
    const signature = signatureOf(verdictOf(session, long));
    const { program } = reduceOnModel(session, long, signature);
    expect(signatureOf(verdictOf(session, program))).toBe(signature);
    expect(printProgram(program).split('\n').slice(1, -1)).toEqual([
      'skb1 = alloc_skb(size: 0)',
      'skb2 = skb_clone(skb: skb1)',
      expect.stringMatching(/^kfree_skb/),
      expect.stringMatching(/^cpu1 at 'skb_release_data: dataref dropped': kfree_skb/),
    ]);
  });

  test('makes a call of the second CPU an ordinary one where there is no race', () => {
    const session = sessionOf(brokenProfile(mutantOf('B3')));
    const races = programOf(
      LINUX,
      `pool1 = page_pool_create(pool_size: 1)
page1 = page_pool_alloc_pages(pool: pool1)
device_write(page: page1, len: 1)
skb1 = alloc_skb(size: 0)
skb_add_rx_frag(skb: skb1, page: page1, size: 1, truesize: 1)
skb_mark_for_recycle(skb: skb1)
skb2 = skb_clone(skb: skb1)
skb3 = skb_clone(skb: skb1)
kfree_skb(skb: skb3)
cpu1 at '${DROPPED}': pskb_expand_head(skb: skb1, nhead: 0, ntail: 0)
`,
    );
    const { program } = reduceOnModel(session, races, signatureOf(verdictOf(session, races)));
    expect(printProgram(program)).not.toContain('cpu1');
  });

  test('tries no program that cannot be printed and read again', () => {
    for (const { program } of RACES.map(({ profile, program }) => ({
      program: programOf(profileOf(profile), program),
    }))) {
      for (const candidate of candidates(program)) {
        const text = printProgram(candidate.program);
        expect(printProgram(parseProgram(text, 'f.skb'))).toBe(text);
      }
    }
  });
});

describe('the scenarios', () => {
  test.each(SCENARIOS)(`$name: a program of a seed always ends the same way (seeds 1 to ${SEEDS})`, (scenario) => {
    const mutant = mutantOf(scenario.name === 'races-xsk' ? 'X5' : 'B3-two-last');
    const broken = brokenProfile(mutant);
    const generator = new ProgramGenerator(scenario, broken);
    const session = sessionOf(broken);
    for (let number = 1; number <= SEEDS; number++) {
      runGenerated(generator, new Settler(), session, number);
      const { verdict } = session;
      const program = generator.program();
      expect(verdictOf(sessionOf(broken), parseProgram(printProgram(program), 'f.skb'))).toEqual(verdict);
    }
  });

  test('programs pass exactly the points that the scenario knows', () => {
    const passed = new Set<string>();
    for (const scenario of SCENARIOS) {
      for (const profile of [LINUX, profileOf('linux-6.1')]) {
        for (const [command, point] of pointsPassed(scenario, profile.name)) {
          passed.add(point);
          const known = scenario.schedules?.points[command as CommandName];
          if (scenario.name !== 'races-xsk' || point.startsWith('__xsk_'))
            expect({ command, known }).toEqual({ command, known: expect.arrayContaining([point]) });
        }
      }
    }
    // That point exists only where a lock is missing.
    expect(PREEMPTION_POINTS.filter((point) => !passed.has(point))).toEqual(['xskq_prod_reserve: position read']);
  });
});

/** Commands and points of the first programs of a scenario. */
function pointsPassed(scenario: Scenario, profileName: string): [command: string, point: string][] {
  const profile = profileOf(profileName);
  const session = new Session({ profile: profile.name, rules: profile.rules, abi: profile.abi, checks: false });
  const generator = new ProgramGenerator(scenario, profile);
  const pairs: [string, string][] = [];
  for (let seed = 1; seed <= 500; seed++) {
    session.begin();
    generator.begin(seed);
    for (let call = generator.next(session.world); call !== null; call = generator.next(session.world)) {
      const points = new PassedPoints();
      session.world.preemption = points;
      session.execute(call);
      session.world.preemption = null;
      for (const other of generator.beside) session.execute(other);
      for (const point of points.passes.keys()) pairs.push([call.command.name, point]);
    }
  }
  return pairs;
}

describe('the command line', () => {
  const folder = folderForTests('interleavings');
  const write = (name: string, text: string): string => {
    writeFileSync(path.join(folder, name), text);
    return name;
  };
  const A7 = `profile linux-6.12\n${mutantOf('A7').program}`;
  const STREAMS = A7.replace(/cpu1 at '.*': /, '');
  beforeAll(buildOnce);

  test('explore finds the race in two streams, prints a program that run reproduces, and ends with 1', () => {
    const file = write('a7.skb', STREAMS);
    const { code, stdout } = skbcheck(['explore', file, '--cpu1', '5', '--mutant', 'A7', '--json'], { cwd: folder });
    const found = JSON.parse(stdout) as { schedules: number; failed: number; findings: { program: string }[] };
    expect({ code, schedules: found.schedules, failed: found.failed }).toEqual({ code: 1, schedules: 5, failed: 1 });
    const failing = write('failing.skb', found.findings[0].program);
    const ran = skbcheck(['run', failing, '--mutant', 'A7'], { cwd: folder });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain(
      "    cpu1 at 'page_pool_recycle_in_ring: produced, still locked': page_pool_destroy(pool: pool1)",
    );
    expect(skbcheck(['explore', file, '--cpu1', '5'], { cwd: folder })).toMatchObject({ code: 0 });
  });

  test.each([
    [['explore', 'a7.skb'], /has no calls of a second CPU/],
    [['explore', 'a7.skb', '--cpu1', '9'], /--cpu1 9: no command is on these lines/],
    [['explore', 'a7.skb', '--cpu1', 'x'], /--cpu1 takes a line or a range/],
    [['explore', 'nowhere.skb'], /cannot read nowhere.skb/],
    [['explore', 'a7.skb', '--cpu1', '5', '--max', '0'], /--max takes a whole number/],
    [['run', 'scheduled.skb', '--target', 'linux-6.12'], /cpu1: two CPUs of a kernel cannot be steered to a point/],
  ])('%j is a mistake of the user, explained in one line', (words, message) => {
    write('a7.skb', STREAMS);
    write('scheduled.skb', A7);
    const { code, stderr } = skbcheck(words, { cwd: folder });
    expect(code).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(message);
  });
});
