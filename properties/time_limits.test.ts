// A search ends when its time is over, whatever its target does, and has told by then what it found.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { findScenario } from '../src/generate/scenarios/registry';
import { firstProgram } from '../src/generate/seed';
import type { Scenario } from '../src/generate/scenario';
import type { Answer, Link } from '../src/lockstep/link';
import { TargetJudge } from '../src/lockstep/target_judge';
import { wordsOf } from '../src/lockstep/wire';
import { parseProgram } from '../src/program/parse';
import { MessageType } from '../src/protocol/messages';
import { encodeRequest } from '../src/protocol/message_bytes';
import type { RawFinding } from '../src/search/raw_findings';
import { explainOnTarget, reduceFinding } from '../src/search/reduce_finding';
import { SavedFinding } from '../src/search/save_finding';
import { LockstepSearch } from '../src/search/search_lockstep';
import type { SearchLimits, SearchResult } from '../src/search/search_model';
import { TimeLimit } from '../src/search/time_limit';
import { Session } from '../src/session/session';
import { TargetUnavailableError } from '../src/session/errors';
import { signatureOf, type Verdict } from '../src/session/verdict';
import { ModelServer } from '../src/targets/serve';
import { buildOnce, executableOf, folderForTests, interruptSkbcheck, ROOT, running, skbcheck } from './support/cli';
import { brokenProfile, mutantOf, profileOf } from './support/model';

const SEED = 184467;
const RUNS = 12;
const PROFILE = profileOf('linux-6.12');
const multicast = findScenario('multicast') as Scenario;
const folder = folderForTests('time-limits');

afterEach(() => jest.useRealTimers());

describe('the time of a search', () => {
  test('is over at its end, waits one second for answers, and leaves five seconds at least to reduce', () => {
    jest.useFakeTimers();
    const limit = TimeLimit.of(10_000, () => false);
    const states: string[] = [];
    for (let second = 0; second <= 16; second++, jest.advanceTimersByTime(1000))
      states.push(limit.isPast() ? 'past' : limit.isOver() ? 'over' : 'on');
    expect(states.slice(9, 13)).toEqual(['on', 'over', 'past', 'past']);
    const late = limit.forReducing();
    expect(late.isOver()).toBe(false);
    jest.advanceTimersByTime(4999);
    expect(late.isOver()).toBe(false);
    jest.advanceTimersByTime(1);
    expect(late.isOver()).toBe(true);
  });

  test('leaves half of what is left of a long time to one reduction, and all of it to the last', () => {
    jest.useFakeTimers();
    const search = TimeLimit.of(240_000, () => false);
    jest.advanceTimersByTime(7_000);
    const [one, last] = [search.forReducing(), search.forReducing(true)];
    jest.advanceTimersByTime(116_000);
    expect([one.isOver(), last.isOver()]).toEqual([false, false]);
    jest.advanceTimersByTime(1_000);
    expect([one.isOver(), last.isOver()]).toEqual([true, false]);
    expect(search.forReducing().left_ms).toBe(58_000);
    expect([search.isOver(), last.left_ms]).toEqual([false, 116_000]);
    expect(TimeLimit.of(null, () => false).forReducing().left_ms).toBe(Infinity);
  });

  test('leaves nothing after Ctrl-C', () => {
    jest.useFakeTimers();
    let interrupted = false;
    const reducing = TimeLimit.of(60_000, () => interrupted).forReducing(true);
    jest.advanceTimersByTime(59_000);
    expect(reducing.isOver()).toBe(false);
    interrupted = true;
    expect(reducing.isOver()).toBe(true);
    expect(reducing.isPast()).toBe(false);
    jest.advanceTimersByTime(1000);
    expect(reducing.isPast()).toBe(true);
  });
});

/** A batch of 4,000 calls is longer, a program alone shorter. */
const BATCH_BYTES = 40_000;

/** The answer of a target to the n-th request since it was opened. */
type Does = 'answers' | 'dies' | 'is silent' | 'is slow';

interface Fake {
  readonly open: () => Promise<Link>;
  readonly opened: () => number;
}

/** A target that answers as the model does, as often as it wants to. */
function fakeTarget(
  does: (request: number, opening: number, bytes: number) => Does,
  opens: (opening: number) => boolean,
): Fake {
  let opened = 0;
  const open = (): Promise<Link> => {
    const opening = opened++;
    if (!opens(opening)) return Promise.reject(new TargetUnavailableError('it does not boot'));
    const server = new ModelServer(PROFILE);
    let requests = 0;
    let death: Answer['death'];
    const answer = (request: Buffer): Answer =>
      death === undefined
        ? { words: wordsOf(server.answer(encodeRequest(MessageType.Exec, request)).subarray(4)) }
        : { death };
    const execute = async (request: Buffer): Promise<Answer> => {
      const act = does(requests++, opening, request.length);
      if (act === 'is silent') return new Promise(() => undefined);
      if (act === 'is slow') await new Promise((resolve) => setTimeout(resolve, 20));
      if (act === 'dies') death = { kind: 'panic', detail: 'a fake panic', console: '' };
      return answer(request);
    };
    return Promise.resolve({
      ...{ name: 'fake', profile: PROFILE.name, abi: PROFILE.abi, execute },
      splats: () => Promise.resolve(''),
      rearm: () => Promise.resolve(),
      memoryInUse: () => Promise.resolve(0),
      close: () => Promise.resolve(),
    });
  };
  return { open, opened: () => opened };
}

interface Searched {
  readonly result: SearchResult;
  readonly told: readonly RawFinding[];
  readonly error: unknown;
}

/** @param isPast - asked while it waits for the target */
async function searched({ open }: Fake, limits: Partial<SearchLimits>, isPast: () => boolean): Promise<Searched> {
  const options = { profile: PROFILE.name, rules: PROFILE.rules, abi: PROFILE.abi };
  const judge = new TargetJudge(open, new Session(options), null, isPast);
  const told: RawFinding[] = [];
  const all = { commands: 40_000, findings: Infinity, deathsInRow: 4, stop: isPast, ...limits };
  const onFinding = (raw: RawFinding): void => void told.push(raw);
  const first = firstProgram(SEED);
  const search = new LockstepSearch(multicast, PROFILE, new Session(options), judge, first, all, onFinding);
  const error = await search.run().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  await judge.close();
  return { result: search.result(), told, error };
}

const always = (): boolean => true;
const never = (): boolean => false;

describe('a search on a broken target', () => {
  test('that dies in each of its first batches ends with a finding, after a few boots', async () => {
    const target = fakeTarget(() => 'dies', always);
    const { result, told } = await searched(target, { commands: Infinity, findings: Infinity }, never);
    expect(result.cutShort).toBe('the target died in 4 batches in a row');
    expect(told.map(({ verdict }) => verdict.kind)).toEqual(expect.arrayContaining(['death']));
    expect(result.compared).toBe(0);
  });

  test('that dies in each batch, but in no program alone, ends with an unconfirmed death', async () => {
    const target = fakeTarget((_request, _opening, bytes) => (bytes > BATCH_BYTES ? 'dies' : 'answers'), always);
    const { result, told } = await searched(target, { commands: Infinity }, never);
    expect(told.map(({ signature }) => signature)).toContain('unconfirmed unknown a fake panic');
    expect(target.opened()).toBeLessThan(20);
    expect(result.cutShort).toContain('in a row');
  });

  test('that is silent ends when the time is over, and counts what was not answered', async () => {
    let past = false;
    const target = fakeTarget((request) => {
      past = request > 3;
      return request > 3 ? 'is silent' : 'answers';
    }, always);
    const { result, error } = await searched(target, { commands: Infinity, stop: never }, () => past);
    expect(error).toBeUndefined();
    expect(result.compared).toBeGreaterThan(4000);
    expect(result.unanswered).toBeGreaterThan(0);
  });

  test('that dies and does not boot again ends with an error, and has told the death', async () => {
    const target = fakeTarget(
      () => 'dies',
      (opening) => opening === 0,
    );
    const { told, error } = await searched(target, {}, never);
    expect(error).toBeInstanceOf(TargetUnavailableError);
    expect(told.map(({ signature }) => signature)).toEqual(['unconfirmed unknown a fake panic']);
  });

  test('that falls silent while a finding is reduced: the program is the smallest that has shown it', async () => {
    const options = { profile: PROFILE.name, rules: PROFILE.rules, abi: PROFILE.abi };
    let requests = 0;
    const target = fakeTarget(() => (++requests > 5 ? 'is silent' : 'dies'), always);
    const isPast = (): boolean => requests > 5;
    const judge = new TargetJudge(target.open, new Session(options), null, isPast);
    const program = parseProgram(`profile ${PROFILE.name}\nskb1 = alloc_skb(size: 0)\nkfree_skb(skb: skb1)\n`, 'test');
    const verdict = await judge.judge(program);
    const signature = signatureOf(verdict);
    const reduced = await reduceFinding(judge, { program, verdict, signature }, never);
    await judge.close();
    expect(signature).toBe('panic alloc_skb a fake panic');
    expect(reduced).toMatchObject({ exhausted: true, verdict: { kind: 'death' } });
    expect(requests).toBe(6);
  });

  test('is not asked while a violation is reduced and explained, which is the model’s own', async () => {
    const { rules } = brokenProfile(mutantOf('F1'));
    let requests = 0;
    const target = fakeTarget(() => (requests++, 'dies'), always);
    const session = new Session({ profile: PROFILE.name, rules, abi: PROFILE.abi });
    const judge = new TargetJudge(target.open, session, null, never);
    const program = parseProgram(`profile ${PROFILE.name}\npage1 = alloc_pages()\n${mutantOf('F1').program}`, 'test');
    const verdict = await judge.judge(program);
    const raw = { program, verdict, signature: signatureOf(verdict) };
    const reduced = await reduceFinding(judge, raw, never);
    const explained = await explainOnTarget(judge, reduced.program, raw.signature, reduced.verdict, never);
    await judge.close();
    expect([verdict.kind, signatureOf(reduced.verdict)]).toEqual(['violation', raw.signature]);
    expect(reduced.program.calls.length).toBeLessThan(program.calls.length);
    expect(explained?.executions).toBeGreaterThan(0);
    expect(requests).toBe(0);
  });

  test(`of any kind ends, and has told each death that it saw (seed ${SEED}, ${RUNS} targets)`, async () => {
    const does = fc.constantFrom<Does>('answers', 'answers', 'answers', 'dies', 'is silent', 'is slow');
    await fc.assert(
      fc.asyncProperty(fc.array(does, { minLength: 1, maxLength: 12 }), fc.nat(40), async (acts, patience) => {
        let requests = 0;
        let deaths = 0;
        let past = false;
        const target = fakeTarget(() => {
          const act = acts[requests++ % acts.length];
          if (act === 'dies') deaths++;
          past ||= act === 'is silent' || requests > patience + 20;
          return act;
        }, always);
        const { told, error } = await searched(target, { commands: 6_000 }, () => past);
        expect(error).toBeUndefined();
        expect(told.length > 0).toBe(deaths > 0);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });
});

describe('the file of a finding', () => {
  const programOf = (text: string) => parseProgram(`profile linux-6.12\n${text}`, 'test');
  const verdict: Verdict = { kind: 'death', place: null, death: 'panic', title: 'a fake panic', console: '' };
  const raw = programOf('skb1 = alloc_skb(size: 0)\nskb2 = alloc_skb(size: 0)\n');
  const reduced = programOf('skb1 = alloc_skb(size: 0)\n');
  let round = 0;
  const directory = (): string => path.join(folder, `findings-${round++}`);

  test('has the raw program at once, and the reduced one in its place', () => {
    const where = directory();
    const saved = new SavedFinding(where, 'model');
    const file = saved.save(raw, verdict);
    expect(readFileSync(file, 'utf8')).toContain('skb2');
    expect(saved.save(reduced, verdict)).toBe(file);
    expect(readFileSync(file, 'utf8')).not.toContain('skb2');
    expect(readdirSync(where)).toHaveLength(1);
  });

  test('that someone has changed meanwhile stays, and the reduced program gets a file of its own', () => {
    const where = directory();
    const saved = new SavedFinding(where, 'model');
    const file = saved.save(raw, verdict);
    writeFileSync(file, '# mine\n');
    expect(saved.save(reduced, verdict)).not.toBe(file);
    expect(readFileSync(file, 'utf8')).toBe('# mine\n');
  });

  test('of an earlier search with the same result is the only one in the end', () => {
    const where = directory();
    const first = new SavedFinding(where, 'model');
    first.save(raw, verdict);
    const file = first.save(reduced, verdict);
    const again = new SavedFinding(where, 'model');
    expect(again.save(raw, verdict)).not.toBe(file);
    expect(again.save(reduced, verdict)).toBe(file);
    expect(readdirSync(where)).toEqual([path.basename(file)]);
  });
});

describe('on the command line', () => {
  beforeAll(() => {
    buildOnce();
    writeFileSync(path.join(folder, 'b2.skb'), `profile linux-6.12\nmutant B2\n${LONG}${mutantOf('B2').program}`);
  });
  /** Calls that have nothing to do with the finding. */
  const LONG = Array.from({ length: 60 }, (_, i) => `other${i} = alloc_skb(size: ${i})\n`).join('');
  const findings = (): string[] => {
    const where = path.join(folder, 'findings');
    return existsSync(where) ? readdirSync(where).filter((name) => name.endsWith('.skb')) : [];
  };

  test('Ctrl-C while a finding is reduced ends the search, which has printed and saved it, raw and reduced', async () => {
    const words = ['fuzz', 'core', '--mutant', 'B2', '--seed', 'v1:core:150994954', '--time', '1h'];
    const { code, stdout } = await interruptSkbcheck(words, { cwd: folder }, () => findings().length > 0);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^raw finding: pool-inflight: .*\n {4}9 commands in findings\/.*\.skb, being reduced\n/);
    const [file] = findings();
    expect(stdout).toMatch(/^linux-\S+, mutant B2, target model, \d+ commands.*, not to the end$/m);
    const goOn = 'reduce FILE --mutant B2 -o FILE'.replaceAll('FILE', path.join('findings', file));
    expect(stdout.split('\n')).toContain(`go on:     npx skbcheck ${goOn}`);
    expect(skbcheck(['run', path.join('findings', file)], { cwd: folder }).code).toBe(1);
  });

  test('reduce --budget ends early, keeps what it has, and a second reduce goes on from there', () => {
    const reduced = (
      file: string,
      ...more: string[]
    ): { commandsAfter: number; executions: number; exhausted: boolean } => {
      const { code, stdout } = skbcheck(['reduce', file, '--json', ...more], { cwd: folder });
      expect(code).toBe(1);
      return JSON.parse(stdout) as ReturnType<typeof reduced>;
    };
    const before = reduced('b2.skb', '--budget', '5', '-o', 'less.skb');
    expect(before).toMatchObject({ exhausted: true });
    expect(before.executions).toBeLessThanOrEqual(5);
    const after = reduced('less.skb', '-o', 'least.skb');
    expect(after.exhausted).toBe(false);
    expect(after.commandsAfter).toBeLessThan(before.commandsAfter);
    expect(reduced('least.skb', '--time', '1h')).toMatchObject({ commandsAfter: after.commandsAfter });
  });

  test('reduce --time 1ms ends with the program as it was', () => {
    const { code, stdout, stderr } = skbcheck(['reduce', 'b2.skb', '--time', '1ms'], { cwd: folder });
    expect(code).toBe(1);
    expect(stdout).toContain('alloc_skb(size: 58)');
    expect(stderr).toMatch(/^ended early; to go on: save that program by -o FILE, and reduce FILE$/m);
    const saved = skbcheck(['reduce', 'b2.skb', '--time', '1ms', '-o', 'cut.skb'], { cwd: folder });
    expect(saved.stderr).toMatch(/^ended early; to go on: npx skbcheck reduce cut\.skb -o cut\.skb$/m);
    expect(skbcheck(['reduce', 'cut.skb', '-o', 'cut.skb'], { cwd: folder }).code).toBe(1);
    expect(readFileSync(path.join(folder, 'cut.skb'), 'utf8')).not.toContain('alloc_skb(size: 58)');
  });

  test('the rate of a search does not count the time of reducing', () => {
    const words = 'fuzz core --mutant B2 --seed v1:core:150994954 --commands 1 --json'.split(' ');
    const run = JSON.parse(skbcheck(words, { cwd: folder }).stdout) as { seconds: number; reducingSeconds: number };
    expect(run.reducingSeconds).toBeGreaterThan(run.seconds);
  });

  test('a target that falls silent: the search ends with its time, says what was not answered, and is no success', () => {
    const lib = (file: string): string => JSON.stringify(path.join(ROOT, 'dist', 'src', file));
    const silent = executableOf(
      folder,
      'silent',
      `const { ModelServer } = require(${lib('targets/serve.js')});
const { FrameReader, frame } = require(${lib('targets/linux/frames.js')});
const { findProfile } = require(${lib('rules/profiles.js')});
const server = new ModelServer(findProfile('linux-6.12'));
const reader = new FrameReader();
process.stdin.on('data', (chunk) => {
  for (const message of reader.push(chunk)) {
    if (message.readUInt32LE(0) === 1) process.stdout.write(frame(server.answer(message)));
  }
});
`,
    );
    const { code, stdout } = skbcheck(['fuzz', 'core', '--target', silent, '--time', '2s'], { cwd: folder });
    expect(stdout).toMatch(/the target did not answer [\d,]+ commands in time, it answered 0/);
    expect(code).toBe(4);
    expect(running(`${silent}.js`)).toBe(0);
  });

  test('Ctrl-C while a target is silent ends the search at once', async () => {
    const silent = path.join(folder, 'silent');
    const words = ['fuzz', 'core', '--target', silent, '--time', '1h'];
    const { code } = await interruptSkbcheck(words, { cwd: folder }, () => running(`${silent}.js`) > 0);
    expect(code).toBe(130);
    expect(running(`${silent}.js`)).toBe(0);
  });

  test('Ctrl-C ends explore of a file', async () => {
    const first = Array.from({ length: 24 }, (_, i) => `skb${i} = alloc_skb(size: 0)\n`).join('');
    const second = Array.from({ length: 8 }, (_, i) => `kfree_skb(skb: skb${i})\n`).join('');
    writeFileSync(path.join(folder, 'many.skb'), `profile linux-6.12\n${first}${second}`);
    const words = ['explore', 'many.skb', '--cpu1', '26..33', '--max', '1000000000'];
    const { code, stdout } = await interruptSkbcheck(words, { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 130, stdout: expect.stringContaining('more were not run') as string });
  });
});
