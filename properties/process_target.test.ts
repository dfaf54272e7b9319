// Any program that speaks the protocol is a target: `skbcheck serve` is one, and answers as the model does.

import path from 'node:path';
import fc from 'fast-check';
import type { Program } from '../src/program/program';
import { MUTANTS } from '../src/rules/mutants';
import { PROFILES } from '../src/rules/profiles';
import { Batch } from '../src/lockstep/batch';
import { TargetUnavailableError } from '../src/session/errors';
import { encodeRequest } from '../src/protocol/message_bytes';
import { ExecFlag, Refusal } from '../src/protocol/exec';
import { MessageType } from '../src/protocol/messages';
import { Observer } from '../src/lockstep/observation/observe';
import { ProcessLink } from '../src/targets/process';
import { runOnModel } from '../src/session/run_model';
import type { Session } from '../src/session/session';
import { ModelServer } from '../src/targets/serve';
import { TargetJudge } from '../src/lockstep/target_judge';
import type { Verdict } from '../src/session/verdict';
import { wordsOf } from '../src/lockstep/wire';
import {
  buildOnce,
  endRunning,
  executableOf,
  folderForTests,
  ROOT,
  running,
  shellOf,
  skbcheck,
  wrapperOf,
  onlyAnnounced,
} from './support/cli';
import { effort } from './support/effort';
import { brokenProfile, profileOf, programOf, programsFrom, sessionOf } from './support/model';
import { opens } from './support/opened';
import { until } from './support/until';

const SEED = 184467;
const EINVAL = -22;
const folder = folderForTests('process-target');
const newest = profileOf('linux-6.12');

const sessions = new Map(PROFILES.map((profile) => [profile.name, sessionOf(profile, { checks: false })]));

/** The calls of a program that the model executes, one batch for each. */
function singleCalls(program: Program): Batch[] {
  const session = sessions.get(program.profile) as Session;
  const batches: Batch[] = [];
  runOnModel(session, program, ({ call, outcome }) => {
    if (outcome < 0) return;
    const batch = new Batch();
    batch.beginProgram(0);
    batch.executed(session.world, call);
    batches.push(batch);
  });
  return batches;
}

/** A whole program as one batch. */
function wholeProgram(program: Program): Batch {
  const session = sessions.get(program.profile) as Session;
  const batch = new Batch();
  batch.beginProgram(0);
  runOnModel(session, program, ({ call, outcome }) => {
    if (outcome >= 0) batch.executed(session.world, call);
  });
  return batch;
}

interface Reply {
  readonly status: number;
  readonly words: readonly number[];
}

function ask(server: ModelServer, type: MessageType, payload?: Buffer): Reply {
  const bytes = server.answer(encodeRequest(type, payload));
  return { status: bytes.readInt32LE(0), words: [...wordsOf(bytes.subarray(4))] };
}

const expectedWords = (batch: Batch): number[] => [
  batch.calls,
  ...Array.from({ length: batch.calls }, (_, i) => [batch.rets[i], batch.digests[i], 0]).flat(),
];

describe(`the model behind the protocol (seed ${SEED})`, () => {
  const [program] = programsFrom(newest, SEED, 1);

  test.each(PROFILES)('$name: gives the same answers as the model, program by program', (profile) => {
    const server = new ModelServer(profile);
    for (const each of programsFrom(profile, SEED, 40)) {
      const batch = wholeProgram(each);
      expect(ask(server, MessageType.Exec, batch.request())).toEqual({ status: 0, words: expectedWords(batch) });
    }
  });

  test('call by call with the objects of the request before, it answers the same', () => {
    const server = new ModelServer(newest);
    for (const each of programsFrom(newest, SEED, 10)) {
      singleCalls(each).forEach((batch, i) => {
        const reply = ask(server, MessageType.Exec, batch.request(i === 0 ? 0 : ExecFlag.Continue));
        expect(reply).toEqual({ status: 0, words: expectedWords(batch) });
      });
    }
  });

  test('an observation on request folds to the digest of its call', () => {
    const server = new ModelServer(newest);
    const batch = wholeProgram(program);
    for (let call = 0; call < batch.calls; call++) {
      const { words } = ask(server, MessageType.Exec, batch.request(ExecFlag.Observe, 0, call));
      const start = 1 + batch.calls * 3;
      const observer = new Observer();
      observer.words = Uint32Array.from(words.slice(start + 1));
      observer.length = words[start];
      expect(observer.length).toBe(words.length - start - 1);
      expect(observer.digest()).toBe(batch.digests[call]);
    }
  });

  test('HELLO, ECHO and SPLATS are answered, other messages are refused', () => {
    const server = new ModelServer(newest);
    expect(ask(server, MessageType.Hello)).toEqual({ status: 0, words: [1, 1, 1, 0, 0] });
    expect(server.answer(encodeRequest(MessageType.Echo, Buffer.from('abcde'))).toString('latin1', 4)).toBe('abcde');
    expect(ask(server, MessageType.Splats)).toEqual({ status: 0, words: [0, 0] });
    expect(ask(server, MessageType.CrashTest).status).toBe(-38);
    expect(server.answer(Buffer.alloc(3)).readInt32LE(0)).toBe(EINVAL);
  });

  test('bytes that are no request are refused, and the next request is answered', () => {
    const server = new ModelServer(newest);
    const batch = wholeProgram(program);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const { status } = ask(server, MessageType.Exec, Buffer.from(bytes));
        expect([0, EINVAL]).toContain(status);
        expect(ask(server, MessageType.Exec, batch.request()).words).toEqual(expectedWords(batch));
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  test('a request with one word changed is refused or answered, and never ends the server', () => {
    const server = new ModelServer(newest);
    const request = wholeProgram(program).request();
    const word = fc.oneof(
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.constant(0xffffffff),
    );
    let refused = 0;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: request.length / 4 - 1 }), word, (at, value) => {
        const changed = Buffer.from(request);
        changed.writeUInt32LE(value, at * 4);
        const { status } = ask(server, MessageType.Exec, changed);
        expect([0, EINVAL]).toContain(status);
        if (status !== 0) refused++;
      }),
      { seed: SEED, numRuns: 2000 },
    );
    expect(refused).toBeGreaterThan(100);
  });

  test('a call whose object was freed, or whose result is in use, is answered as a bad call', () => {
    const [make, free] = singleCalls(programOf(newest, 'skb1 = alloc_skb(size: 0)\nkfree_skb(skb: skb1)\n'));
    const server = new ModelServer(newest);
    const returned = (batch: Batch, flags: number) => ask(server, MessageType.Exec, batch.request(flags)).words[1];
    expect(returned(free, 0)).toBe(Refusal.BadCall);
    expect(returned(make, 0)).toBe(1);
    expect(returned(make, ExecFlag.Continue)).toBe(Refusal.BadCall);
    expect(returned(free, ExecFlag.Continue)).toBe(0);
    expect(returned(free, ExecFlag.Continue)).toBe(Refusal.BadCall);
  });

  const mutated = PROFILES.filter(({ name }) => MUTANTS.some((mutant) => mutant.profile === name));
  test.each(mutated)('$name: its mutants survive programs that were made on the profile', (profile) => {
    const requests = programsFrom(profile, SEED, effort(8)).map((each) => wholeProgram(each).request());
    for (const mutant of MUTANTS.filter(({ profile: base }) => base === profile.name)) {
      const server = new ModelServer(brokenProfile(mutant));
      for (const request of requests) expect(ask(server, MessageType.Exec, request).status).toBe(0);
    }
  });
});

describe(`lockstep with a process (seed ${SEED})`, () => {
  beforeAll(buildOnce);

  test.each(PROFILES)('$name: no divergence from itself in 20,000 commands', ({ name }) => {
    const peer = wrapperOf(folder, `serve-${name}`, 'serve', '--profile', name);
    const { code, stdout, stderr } = skbcheck(
      ['fuzz', 'core', '--target', peer, '--profile', name, '--commands', '20000', '--seed', String(SEED), '--json'],
      { cwd: folder },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: onlyAnnounced });
    const run = JSON.parse(stdout) as { executed: number; compared: number; findings: unknown[] };
    expect(run.findings).toEqual([]);
    expect(run.executed).toBeGreaterThanOrEqual(20_000);
    // The last batches were generated, and are compared before the end.
    expect(run.compared).toBe(run.executed);
  });

  test('a peer that breaks the rule of F1 is found in 4 commands, and the file of the finding reproduces it', () => {
    const peer = wrapperOf(folder, 'serve-f1', 'serve', '--mutant', 'F1');
    const words = ['fuzz', 'core', '--target', peer, '--profile', 'linux-6.12', '--commands', '20000'];
    const fuzz = skbcheck([...words, '--seed', String(SEED), '--findings', '1', '--json'], { cwd: folder });
    expect(fuzz.code).toBe(1);
    const [finding] = (
      JSON.parse(fuzz.stdout) as { findings: { signature: string; file: string; commandsAfter: number }[] }
    ).findings;
    expect(finding.signature).toContain('divergence skb_try_coalesce');
    expect(finding.commandsAfter).toBe(4);
    expect(skbcheck(['run', finding.file, '--target', peer], { cwd: folder }).code).toBe(1);
    // The model alone does not show it: its exit code says that the finding is the target's.
    expect(skbcheck(['run', finding.file], { cwd: folder }).code).toBe(4);
  });
});

/** A target that answers as the model does, except where `onExec` acts on the opcodes of a request. */
function misbehaving(name: string, onExec: string): string {
  const lib = (file: string): string => JSON.stringify(path.join(ROOT, 'dist', 'src', file));
  return executableOf(
    folder,
    name,
    `const { ModelServer } = require(${lib('targets/serve.js')});
const { decodeExec } = require(${lib('lockstep/decode.js')});
const { wordsOf } = require(${lib('lockstep/wire.js')});
const { FrameReader, frame } = require(${lib('targets/linux/frames.js')});
const { findProfile } = require(${lib('rules/profiles.js')});
const server = new ModelServer(findProfile('linux-6.12'));
const reader = new FrameReader();
const say = (bytes) => process.stdout.write(frame(bytes));
process.stdin.on('data', (chunk) => {
  for (const message of reader.push(chunk)) {
    const isExec = message.readUInt32LE(0) === 3;
    const calls = isExec ? decodeExec(wordsOf(message.subarray(4))).programs.flat() : [];
    const opcodes = calls.map((call) => call.command.opcode);
    if (isExec) { ${onExec} }
    say(server.answer(message));
  }
});
`,
  );
}

describe('a process that misbehaves', () => {
  beforeAll(buildOnce);
  const SKB_GET = 80;
  /** Of the one that hangs; the others answer, however busy the machine is. */
  const hangs = { answerTimeout_ms: 5000 };
  const program = programOf(newest, 'skb1 = alloc_skb(size: 0)\nskb2 = skb_get(skb: skb1)\nkfree_skb(skb: skb2)\n');
  const harmless = programOf(newest, 'skb1 = alloc_skb(size: 0)\nkfree_skb(skb: skb1)\n');

  /** The verdict on a program that makes the process misbehave, and on a harmless one afterwards. */
  async function judged(peer: string, options = {}): Promise<{ verdict: Verdict; afterwards: Verdict }> {
    const judge = new TargetJudge(() => opens(ProcessLink.open(peer, newest, options)), sessionOf(newest));
    try {
      return { verdict: await judge.judge(program), afterwards: await judge.judge(harmless) };
    } finally {
      await judge.close();
    }
  }

  test.each([
    ['ends', 'killed', 'it ended (status 7)', 'process.exit(7)'],
    ['is killed', 'killed', 'it ended (SIGABRT)', 'process.abort()'],
    ['hangs', 'hang', 'it does not answer', 'for (;;);'],
    [
      'says something else',
      'killed',
      'what it says is not the protocol: a frame of 1819043144 bytes',
      'process.stdout.write("Hello!"); return;',
    ],
    [
      'answers nothing',
      'killed',
      'what it says is not the protocol: an answer of 0 bytes',
      'say(Buffer.alloc(0)); return;',
    ],
    ['answers too little', 'protocol', 'the target answered 0 words, not 13', 'say(Buffer.alloc(4)); return;'],
    [
      'refuses',
      'protocol',
      'the target refused a batch with status -5',
      'say(Buffer.from([251, 255, 255, 255])); return;',
    ],
  ])(
    'that %s on skb_get: the result names the call, and the process is started again',
    async (name, death, title, act) => {
      const peer = misbehaving(name.replaceAll(' ', '-'), `if (opcodes.includes(${SKB_GET})) { ${act} }`);
      const { verdict, afterwards } = await judged(peer, name === 'hangs' ? hangs : {});
      const place = { call: 1, command: 'skb_get', settling: false };
      expect(verdict).toMatchObject({ kind: 'death', death, title, place });
      expect(afterwards).toEqual({ kind: 'clean' });
    },
  );

  test('that answers wrongly before it ends: the wrong answer is the finding', async () => {
    const wrong = 'const answer = server.answer(message); answer[answer.length - 8] ^= 1; say(answer); return;';
    const peer = misbehaving('wrong-then-ends', `if (opcodes.includes(${SKB_GET})) process.exit(7); ${wrong}`);
    const { verdict } = await judged(peer);
    expect(verdict).toMatchObject({ kind: 'divergence', place: { call: 0, command: 'alloc_skb', settling: false } });
  });

  test.each([
    ['ends at once', 'process.exit(3)', 'it ended (status 3)'],
    [
      'says something else',
      'process.stdout.write("usage: my-stack FILE"); setTimeout(() => 0, 9000)',
      'not the protocol',
    ],
    ['says nothing', 'setInterval(() => 0, 9000)', 'no answer for 1500 ms on its own clock'],
  ])('that %s cannot be used', async (name, javascript, why) => {
    const peer = executableOf(folder, `no-hello-${name.replaceAll(' ', '-')}`, javascript);
    const waits = name === 'says nothing' ? { helloTimeout_ms: 1500 } : {};
    const opened = opens(ProcessLink.open(peer, newest, waits));
    await expect(opened).rejects.toBeInstanceOf(TargetUnavailableError);
    await expect(opened).rejects.toThrow(why);
  });

  test('that is a shell script without exec and says nothing: the error comes, and its whole group ends', async () => {
    const sleeper = executableOf(folder, 'sleeper', 'setInterval(() => 0, 9000)');
    const peer = shellOf(folder, 'no-exec', `'${sleeper}'\necho`);
    const opened = opens(ProcessLink.open(peer, newest, { helloTimeout_ms: 4000 }));
    await expect(opened).rejects.toThrow('does not answer HELLO: no answer for 4000 ms on its own clock');
    await until(() => running(peer) === 0 && running(`${sleeper}.js`) === 0);
  });

  test('that leaves a process behind which holds its pipes: the command line ends all the same', async () => {
    const sleeper = executableOf(folder, 'escaped', 'setInterval(() => 0, 9000)');
    const peer = shellOf(folder, 'leaves', `setsid '${sleeper}' &\nexit 3`);
    const { code, stderr } = skbcheck(['fuzz', 'core', '--target', peer], { cwd: folder });
    endRunning(`${sleeper}.js`);
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('does not answer HELLO') as string });
  });
});
