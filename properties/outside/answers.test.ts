// Two kernels' answers to one program, without a kernel: what must agree, and what is a kernel's free choice.
import fc from 'fast-check';
import { cmsg } from '../../src/commands/outside/abi/msg';
import { sockaddrIp } from '../../src/commands/outside/abi/sockaddr';
import { u32 } from '../../src/commands/outside/abi/bytes';
import { comparePrograms, type ProgramComparison } from '../../src/compare/outside/compare_programs';
import { changeBehind, hasChange, type KnownChange } from '../../src/compare/outside/known_change';
import { KNOWN_CHANGES } from '../../src/compare/outside/known_changes';
import { OutsidePairJudge } from '../../src/compare/outside/outside_pair_judge';
import { OUTSIDE_SCENARIOS } from '../../src/generate/scenarios/outside';
import { ProgramGenerator, generateOn } from '../../src/generate/generator';
import { answersOf } from '../../src/outside/answers/answers_of';
import { FREE_CHOICES, type FreeChoiceName } from '../../src/outside/answers/free_choices';
import { compileProgram } from '../../src/outside/compile';
import { PROLOGUE } from '../../src/outside/judge_program';
import { OutsideTarget } from '../../src/outside/outside_target';
import { profileNamed } from '../../src/session/named';
import { sentenceOf } from '../../src/session/verdict';
import {
  answerWith,
  believingSession,
  compiledFrom,
  headerOf,
  programFrom,
  type MadeUp,
} from '../support/made_up_answers';

const EAGAIN = -11;
const EINVAL = -22;
const EPIPE = -32;
const ENOBUFS = -105;
const NONE: readonly MadeUp[] = [];
const noChange = (): KnownChange | undefined => undefined;

/** Compares two kernels that answer plainly, but for what is made up. */
function compared(lines: string, a: readonly MadeUp[], b: readonly MadeUp[]): ProgramComparison<KnownChange> {
  const compiled = compiledFrom(lines);
  const answers = [answersOf(compiled, answerWith(compiled, a)), answersOf(compiled, answerWith(compiled, b))] as const;
  return comparePrograms(compiled, answers, noChange);
}

const fieldOf = (lines: string, a: readonly MadeUp[], b: readonly MadeUp[]): string | undefined =>
  compared(lines, a, b).difference?.field;

const differed = ({ choices }: ProgramComparison<KnownChange>): FreeChoiceName[] =>
  [...choices].filter(([, { differed: times }]) => times > 0).map(([name]) => name);

const TCP = 'fd1 = connected(kind: tcp)\nfd2 = pair_end(fd: fd1)\n';
const UNIX = 'fd1 = socketpair(type: stream)\nfd2 = pair_end(fd: fd1)\n';
const DATAGRAMS = 'fd1 = udp_connected(kind: udp)\nfd2 = pair_end(fd: fd1)\n';
const RECV = 'send(fd: fd2, len: 100)\nrecv(fd: fd1, len: 100)\n';
/** The answer to recv, the fourth call. */
const received = (text: string, header = {}, control?: Buffer): MadeUp => ({
  ...{ call: 3, name: 'recvmsg', ret: text.length },
  out: [Buffer.from(text), headerOf(header), undefined, control],
});

describe('two kernels must agree in', () => {
  test.each<[string, string, MadeUp[], MadeUp[], string]>([
    [
      'the error',
      `${UNIX}send(fd: fd2, len: 1)`,
      [{ call: 2, name: 'sendto', ret: EPIPE }],
      [],
      'return value (EPIPE, success)',
    ],
    [
      'two errors',
      `${UNIX}setsockopt(fd: fd1, option: peek_off, value: 1)`,
      [{ call: 2, name: 'setsockopt', ret: EINVAL }],
      [{ call: 2, name: 'setsockopt', ret: -95 }],
      'return value of peek_off (EINVAL, EOPNOTSUPP)',
    ],
    ['the bytes of a stream', UNIX + RECV, [received('abc')], [received('abd')], 'data'],
    ['the bytes of TCP', TCP + RECV, [received('abc')], [received('abd')], 'data'],
    ['the bytes of a datagram', DATAGRAMS + RECV, [received('abc')], [received('abcd')], 'return value'],
    ['where a unix stream is cut', UNIX + RECV, [received('abc')], [received('ab')], 'return value'],
    ['msg_flags', DATAGRAMS + RECV, [received('a', { flags: 0x20 })], [received('a')], 'msg_flags'],
    [
      'ancillary data',
      UNIX + RECV,
      [received('a', { control: 24 }, cmsg(1, 84, u32(1)))],
      [received('a', { control: 24 }, cmsg(1, 84, u32(2)))],
      'control',
    ],
    [
      'the value of an option',
      `${DATAGRAMS}so_error(fd: fd1)`,
      [{ call: 2, name: 'getsockopt', out: [u32(111)] }],
      [],
      'value',
    ],
    ['a question', `${UNIX}unread(fd: fd1)`, [{ call: 2, name: 'ioctl', out: [u32(1)] }], [], 'value'],
  ])('%s', (_name, lines, a, b, field) => {
    expect([fieldOf(lines, a, b), fieldOf(lines, a, a), fieldOf(lines, b, b)]).toEqual([field, undefined, undefined]);
  });

  test('the steps that lead to the one that the command is about', () => {
    const refused: MadeUp[] = [{ call: 0, name: 'listen', ret: EINVAL }];
    expect(fieldOf(TCP, NONE, refused)).toBe('listen return value (success, EINVAL)');
  });

  test('the end of the program', () => {
    const compiled = compiledFrom(UNIX);
    const answers = answersOf(compiled, answerWith(compiled, NONE));
    const killed = { ...answers, end: 'killed 9' };
    expect(comparePrograms(compiled, [answers, killed], noChange).difference?.field).toBe('end of the program');
  });
});

describe('is read in another form:', () => {
  const CONNECT =
    'fd1 = socket(family: inet, type: stream)\nbind(fd: fd1)\nlisten(fd: fd1)\n' +
    'fd2 = socket(family: inet, type: stream)\nconnect(fd: fd2, to: fd1)\nfd3 = accept(fd: fd1)\n';
  const named = (port: number): MadeUp => ({ call: 4, name: 'getsockname', out: [sockaddrIp('127.0.0.1', port)] });
  const accepted = (port: number): MadeUp => ({ call: 5, name: 'accept4', out: [sockaddrIp('127.0.0.1', port)] });

  test('a port that the kernel chose, as long as both ends say the same', () => {
    const say = (port: number, other = port): MadeUp[] => [named(port), accepted(other)];
    expect(fieldOf(CONNECT, say(40_000), say(50_000))).toBeUndefined();
    expect(fieldOf(CONNECT, say(40_000), say(50_000, 50_001))).toBe('address');
  });

  test('a port that the program chose is compared as it is', () => {
    expect(fieldOf(CONNECT, [named(10_001)], [named(10_002)])).toBe('getsockname address');
  });

  test('a time, but for whether it is there', () => {
    const stamp = (seconds: number): MadeUp =>
      received('a', { control: 32 }, cmsg(1, 35, Buffer.concat([u32(seconds), Buffer.alloc(12)])));
    expect(fieldOf(DATAGRAMS + RECV, [stamp(1)], [stamp(7)])).toBeUndefined();
    expect(fieldOf(DATAGRAMS + RECV, [stamp(0)], [stamp(7)])).toBe('control');
  });

  test('the number of a process, but not the user', () => {
    const from = (process: number, user: number): MadeUp =>
      received('a', { control: 32 }, cmsg(1, 2, Buffer.concat([u32(process), u32(user), u32(0)])));
    expect(fieldOf(UNIX + RECV, [from(7, 1)], [from(9, 1)])).toBeUndefined();
    expect(fieldOf(UNIX + RECV, [from(7, 1)], [from(7, 2)])).toBe('control');
  });

  test('the bytes that a call which fails left in its buffers', () => {
    const failed = (text: string): MadeUp => ({ ...received(text), ret: EAGAIN });
    expect(fieldOf(UNIX + RECV, [failed('a')], [failed('b')])).toBeUndefined();
  });
});

/** By choice: a program, and two answers that differ in nothing else. */
const CHOICES: Readonly<Record<FreeChoiceName, readonly [string, readonly MadeUp[], readonly MadeUp[]]>> = {
  room: [
    `${TCP}send(fd: fd2, len: 100)`,
    [{ call: 2, name: 'sendto', ret: 60 }],
    [{ call: 2, name: 'sendto', ret: EAGAIN }],
  ],
  cut: [TCP + RECV, [received('abc')], [received('ab')]],
  blocked: [
    `${TCP}tls_pair(fd: fd1, to: fd2, version: v12, cipher: aesGcm128)\ndrain(fd: fd1)\n`,
    ...([[{ call: 3, name: 'recvfrom', ret: 0 }], [{ call: 3, name: 'recvfrom', ret: -4 }]] as const),
  ],
  reset: [
    `${TCP}send(fd: fd1, len: 9)\nclose(fd: fd2)\ndrain(fd: fd1)\n`,
    ...([[{ call: 4, name: 'recvfrom', ret: 0 }], [{ call: 4, name: 'recvfrom', ret: -104 }]] as const),
  ],
  pieces: [
    `${TCP}fd3 = pipe2()\nfd4 = pair_end(fd: fd3)\nsplice(from: fd1, to: fd4, len: 100)`,
    ...([[{ call: 4, name: 'splice', ret: 9 }], [{ call: 4, name: 'splice', ret: 7 }]] as const),
  ],
  dropped: [
    `${DATAGRAMS + RECV}meminfo(fd: fd1)`,
    [received('abc'), { call: 4, name: 'getsockopt', out: [Buffer.concat([Buffer.alloc(32), u32(1)])] }],
    [{ ...received(''), ret: EAGAIN }],
  ],
  overlap: [
    'fd1 = memfd_create(len: 9)\nsendfile(to: fd1, from: fd1, offset: 4, len: 5)\ndrain(fd: fd1)\n',
    ...([
      [sent(5), readBack('ab')],
      [sent(5), readBack('aa')],
    ] as const),
  ],
  frames: [
    'link1 = veth()\nfd1 = capture(link: link1)\nrecv(fd: fd1, len: 100)',
    [{ call: 2, name: 'recvmsg', ret: 7 }],
    [{ call: 2, name: 'recvmsg', ret: EAGAIN }],
  ],
  unread: [`${TCP}unread(fd: fd1)`, [{ call: 2, name: 'ioctl', out: [u32(1)] }], NONE],
  notices: [
    `${TCP}zerocopy_done(fd: fd1)\nzerocopy_done(fd: fd1)`,
    ...([[noticed(2, 0, 1)], [noticed(2, 0, 0), noticed(3, 1, 1)]] as const),
  ],
  acknowledged: [`${TCP}stamps(fd: fd1)`, [noticed(2, 0, 1, 4)], NONE],
  charge: [`${TCP}meminfo(fd: fd1)`, [{ call: 2, name: 'getsockopt', out: [u32(768)] }], NONE],
  memory: [`${UNIX}send(fd: fd2, len: 1)`, [{ call: 2, name: 'sendto', ret: ENOBUFS }], NONE],
};

function sent(bytes: number): MadeUp {
  return { call: 1, name: 'sendfile', ret: bytes };
}

function readBack(text: string): MadeUp {
  return { call: 2, name: 'pread64', ret: text.length, out: [Buffer.from(text)] };
}

/** A notice of the queue of errors: sends of zerocopy (origin 5), or the time of an acknowledgement (origin 4). */
function noticed(call: number, first: number, last: number, origin = 5): MadeUp {
  const error = Buffer.concat([u32(0), Buffer.from([origin, 0, 1, 0]), u32(first), u32(last)]);
  const control = cmsg(0, 11, error);
  const out = [headerOf({ control: control.length }), control];
  return { call, name: 'recvmsg', ret: 0, out, rounds: [{ ret: EAGAIN }] };
}

describe('the free choice', () => {
  test.each(FREE_CHOICES.map(({ name }) => name))('%s differs, is counted, and is no finding', (name) => {
    const [lines, a, b] = CHOICES[name];
    const comparison = compared(lines, a, b);
    expect({ difference: comparison.difference, differed: differed(comparison) }).toEqual({ differed: [name] });
  });

  test('room leaves out what follows of the same connection, and nothing of another', () => {
    const two = `${TCP}fd3 = socketpair(type: dgram)\nfd4 = pair_end(fd: fd3)\nsend(fd: fd2, len: 100)\n`;
    const lines = `${two}recv(fd: fd1, len: 50)\nsend(fd: fd4, len: 9)\n`;
    const part: MadeUp[] = [{ call: 4, name: 'sendto', ret: 60 }];
    const cut: MadeUp[] = [...part, { call: 5, name: 'recvmsg', ret: EPIPE }];
    const comparison = compared(lines, cut, NONE);
    expect(comparison.difference).toBeUndefined();
    expect(comparison.leftOut).toBeGreaterThan(0);
    expect(fieldOf(lines, [...cut, { call: 6, name: 'sendto', ret: EPIPE }], NONE)).toContain('EPIPE');
  });

  test('room does not make another error free', () => {
    const [lines] = CHOICES.room;
    expect(fieldOf(lines, [{ call: 2, name: 'sendto', ret: EPIPE }], NONE)).toBe('return value (EPIPE, success)');
  });

  test('dropped is free only where a socket counted drops', () => {
    const lost: MadeUp = { ...received(''), ret: EAGAIN };
    expect(fieldOf(DATAGRAMS + RECV, [received('abc')], [lost])).toBe('return value (success, EAGAIN)');
  });

  describe('cut, while the bytes in all', () => {
    const lines = `${TCP + RECV}shutdown(fd: fd2, how: wr)\ndrain(fd: fd1)\n`;
    const drained = (text: string, end = 0): MadeUp => ({
      ...{ call: 5, name: 'recvfrom', ret: text.length, out: [Buffer.from(text)] },
      rounds: [{ ret: end }],
    });

    test('agree, is none', () => {
      expect(fieldOf(lines, [received('abc'), drained('def')], [received('a'), drained('bcdef')])).toBeUndefined();
    });

    test('differ, is a difference', () => {
      const a = [received('abc'), drained('def')];
      expect(fieldOf(lines, a, [received('a'), drained('bcdeX')])).toBe('bytes in all');
      expect(fieldOf(lines, a, [received('a'), drained('bcde')])).toBe('bytes in all');
    });

    test('are fewer where the stream is not at its end, is none', () => {
      const a = [received('abc'), drained('def')];
      expect(fieldOf(lines, a, [received('a'), drained('bcde', EAGAIN)])).toBeUndefined();
    });
  });

  test('blocked is free only for a reader with kernel TLS', () => {
    const [, a, b] = CHOICES.blocked;
    const lines = `${TCP}fd3 = memfd_create(len: 1)\ndrain(fd: fd1)\n`;
    expect(fieldOf(lines, a, b)).toBe('end');
  });

  test('reset is free only behind a close', () => {
    const [, a, b] = CHOICES.reset;
    const lines = `${TCP}send(fd: fd1, len: 9)\nsend(fd: fd1, len: 9)\ndrain(fd: fd1)\n`;
    expect(fieldOf(lines, a, b)).toBe('end');
  });

  test('overlap is free only behind a write to the file', () => {
    const [, a, b] = CHOICES.overlap;
    const lines = 'fd1 = memfd_create(len: 9)\nfd2 = pipe2()\ndrain(fd: fd1)\n';
    expect(fieldOf(lines, a, b)).toBe('data');
  });

  test('notices does not make a notice free that never comes', () => {
    const [lines, a] = CHOICES.notices;
    expect(fieldOf(lines, a, [noticed(2, 0, 0)])).toBe('sends notified in all');
  });
});

describe('a known change', () => {
  const change: KnownChange = {
    ...{ id: 'made-up', title: 'A made-up change.', function: 'f', file: 'f.c', commit: null },
    ...{ since: '6.13', backports: ['6.12.50'] },
    shows: [{ commands: ['send'], fields: ['return value'], without: 'success', with: 'EPIPE' }],
  };
  const compiled = compiledFrom(`${UNIX}send(fd: fd2, len: 1)`);
  const answers = ([[], [{ call: 2, name: 'sendto', ret: EPIPE }]] as const).map((madeUp) =>
    answersOf(compiled, answerWith(compiled, madeUp)),
  );
  const met = (releases: readonly [string, string], turned = false): boolean => {
    const [a, b] = turned ? [answers[1], answers[0]] : answers;
    const { known, difference } = comparePrograms(compiled, [a, b], (one) => changeBehind(one, releases, [change]));
    expect(known.length > 0).toBe(difference === undefined);
    return known.length > 0;
  };

  test('explains a difference of a release without it and one with it, in both orders', () => {
    expect([met(['6.12.43+deb13', '7.3.4']), met(['7.3.4', '6.1.0-57-amd64'], true)]).toEqual([true, true]);
  });

  test('explains nothing where both releases have it, or neither, or the other way round', () => {
    const none = [met(['6.12.50', '7.3.4']), met(['6.1.100', '6.12.49']), met(['6.12.43', '7.3.4'], true)];
    expect(none).toEqual([false, false, false]);
  });

  test('is in the releases that say so', () => {
    const has = ['6.12.49', '6.12.50', '6.12.117+deb13-amd64', '6.13.1', '6.1.192', 'no release'];
    expect(has.map((release) => hasChange(change, release))).toEqual([false, true, true, true, false, false]);
  });

  test('that needs a command before it, or a sort of socket, explains nothing else', () => {
    const explains = (condition: Partial<KnownChange['shows'][number]>): boolean => {
      const narrow = { ...change, shows: [{ ...change.shows[0], ...condition }] };
      const releases = ['6.12.43', '7.3.4'] as const;
      const { known } = comparePrograms(compiled, [answers[0], answers[1]], (one) =>
        changeBehind(one, releases, [narrow]),
      );
      return known.length > 0;
    };
    expect([explains({ behind: ['pair_end'] }), explains({ behind: ['splice'] })]).toEqual([true, false]);
    expect([explains({ sockets: ['unix stream'] }), explains({ sockets: ['inet dgram'] })]).toEqual([true, false]);
  });

  test('has a name of its own, and a difference that it explains', () => {
    const ids = KNOWN_CHANGES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(KNOWN_CHANGES.filter(({ shows }) => shows.length === 0)).toEqual([]);
  });
});

describe('a program that runs several times on each kernel', () => {
  const target = (name: string): OutsideTarget => new OutsideTarget(name, () => Promise.reject(new Error('no kernel')));
  const judge = new OutsidePairJudge([target('a'), target('b')], believingSession(), ['a', 'b'], []);
  const lines = `${UNIX}send(fd: fd2, len: 1)`;
  const compiled = compiledFrom(lines);
  const plain = answerWith(compiled, NONE);
  const refused = answerWith(compiled, [{ call: 2, name: 'sendto', ret: EPIPE }]);

  test('and differs alike in each run is a difference', () => {
    const { verdict } = judge.compareRuns(programFrom(lines), compiled, [
      [plain, plain],
      [refused, refused],
    ]);
    expect(sentenceOf(verdict)).toContain('a says 1, b says EPIPE: send(');
  });

  test('and differs from run to run on one kernel left something to chance', () => {
    const look = judge.compareRuns(programFrom(lines), compiled, [
      [plain, plain],
      [refused, plain],
    ]);
    expect([look.verdict.kind, look.chance?.field]).toEqual(['clean', 'return value (EPIPE, success)']);
  });

  test('and warns on one kernel alone is a finding with the kernel’s words', () => {
    const warning = 'WARNING: CPU: 0 PID: 1 at net/core/skbuff.c:7 skb_get+0x1/0x2\n';
    const warned = answerWith(compiled, NONE, warning);
    const { verdict } = judge.compareRuns(programFrom(lines), compiled, [[plain], [warned]]);
    expect(verdict).toMatchObject({ kind: 'splat', only: 'b', title: 'WARNING in skb_get' });
    expect(judge.compareRuns(programFrom(lines), compiled, [[warned], [warned]]).verdict.kind).toBe('clean');
  });
});

test('no program differs from itself, and one return value that changes is seen or is a free choice', () => {
  const session = believingSession();
  const profile = profileNamed('linux-6.12');
  const scenarios = OUTSIDE_SCENARIOS.map((scenario) => new ProgramGenerator(scenario, profile));
  fc.assert(
    fc.property(fc.nat(scenarios.length - 1), fc.nat(1 << 30), fc.nat(), (which, seed, place) => {
      session.begin();
      const program = generateOn(scenarios[which], session.world, profile.name, seed);
      const compiled = compileProgram(session, program, PROLOGUE);
      const answer = answerWith(compiled, NONE);
      const answers = answersOf(compiled, answer);
      expect(comparePrograms(compiled, [answers, answers], noChange).difference).toBeUndefined();
      const own = answer.results.filter(({ step }) => step >= compiled.calls[0].firstStep);
      const changed = own[place % own.length];
      const results = answer.results.map((one) => (one === changed ? { ...one, ret: EINVAL - 7 } : one));
      const others = answersOf(compiled, { ...answer, results });
      const after = comparePrograms(compiled, [answers, others], noChange);
      // A step that writes into the program's memory is no system call, and has no answer.
      const isAnswer = JSON.stringify(answers) !== JSON.stringify(others);
      expect(after.difference !== undefined || differed(after).length > 0).toBe(isAnswer);
    }),
    { numRuns: 60 },
  );
});
