// Requests that no host sends, directly to the module: it refuses malformed calls, survives, and the next program is
// undisturbed.

import type { Command } from '../src/commands/command';
import type { Arg } from '../src/commands/arg';
import { COMMANDS } from '../src/commands/registry';
import { ProgramGenerator, generateOn } from '../src/generate/generator';
import { Random } from '../src/generate/random';
import { Settler } from '../src/generate/settle';
import { SCENARIOS } from '../src/generate/scenarios/registry';
import { isSearchedWith, type Scenario } from '../src/generate/scenario';
import { World } from '../src/model/world/world';
import type { Program } from '../src/program/program';
import { PROFILES, type Profile } from '../src/rules/profiles';
import { Batch } from '../src/lockstep/batch';
import type { Link } from '../src/lockstep/link';
import { ExecFlag, HANDLES, NO_HANDLE, Refusal } from '../src/protocol/exec';
import { encodeWords } from '../src/protocol/message_bytes';
import { compareBatch } from '../src/lockstep/lockstep';
import { Session } from '../src/session/session';
import { effort } from './support/effort';
import { linuxTargets, openLinux } from './support/linux';
import { profileOf } from './support/model';

const SEED = 184467;
const MALFORMED = effort(1_500);
const CALLS_PER_REQUEST = 40;
const LONG_MS = 600_000;
const OPCODES = 512;
const REFUSALS = [Refusal.BadCall, Refusal.NoCommand];

const TARGETS = PROFILES.map(({ name }) => name);
const ready = linuxTargets(TARGETS);
/** Commands of kernels, without those that break contracts on purpose: they do harm even when they are called well. */
const CALLABLE = COMMANDS.filter(({ modelOnly, abuse }) => modelOnly === undefined && abuse !== true);

const KNOWN = COMMANDS.filter(({ modelOnly }) => modelOnly === undefined).map(({ opcode }) => opcode);
const SEARCHED = SCENARIOS.filter(({ modelOnly }) => modelOnly === undefined);

/** Arguments whose largest values are more than any object has, and the commands that they measure. */
const LENGTHS = [
  'offset',
  'len',
  'size',
  'frame_sz',
  'headroom',
  'off',
  'to_copy',
  'delta',
  'shiftlen',
  'page',
  'pages',
  'addr',
];
const MEASURED = [
  ...['device_write', 'device_write_packet', 'dma_sync_single_for_cpu', 'dma_sync_single_for_device', 'page_split'],
  ...['skb_reserve', 'skb_put', 'skb_push', 'skb_pull', 'skb_put_packet', '__pskb_pull_tail', 'skb_split', 'skb_shift'],
  ...['skb_add_rx_frag', 'skb_add_rx_frags', 'skb_fill_page_desc', 'napi_add_rx_frag', 'skb_splice_bits'],
  ...['skb_zerocopy', 'pskb_extract', 'splice_to_socket', 'filemap_splice_read', 'madvise_dontneed'],
  ...['xdp_prepare_buff', 'xdp_buff_add_frag', 'xsk_buff_alloc', 'umem_write'],
];
const MEASURABLE = CALLABLE.filter(({ name }) => MEASURED.includes(name));
const LONG_CALLS = effort(500);

interface RawCall {
  opcode: number;
  result: number;
  fail: number;
  context: number;
  args: number[];
  /** For the message of a test that fails. */
  what: string;
}

/** Makes calls of one command each with one thing wrong, in a world that a program left behind. */
class Malformer {
  private readonly random = new Random(SEED);
  private next = 0;

  constructor(private readonly world: World) {}

  /** A call of the next command: all commands get equally many. */
  call(): RawCall {
    const command = CALLABLE[this.next++ % CALLABLE.length];
    const call = this.wellFormed(command);
    const ways = this.waysFor(command);
    const [what, spoil] = ways[this.random.below(ways.length)];
    spoil(call);
    return { ...call, what: `${command.name}, ${what}` };
  }

  /** A call of a command that measures an object, with lengths beyond every object. */
  tooLong(): RawCall {
    const command = MEASURABLE[this.next++ % MEASURABLE.length];
    const call = this.wellFormed(command);
    command.args.forEach((arg, i) => {
      if (arg.type === 'int' && LENGTHS.includes(arg.name)) call.args[i] = arg.max;
    });
    return { ...call, what: `${command.name} of too much` };
  }

  /** Every object is alive and of the right kind where one exists; every number is one that parses. */
  private wellFormed(command: Command): RawCall {
    const args = command.args.map((arg) => this.good(arg));
    const result = command.result === undefined ? NO_HANDLE : HANDLES - 1;
    return { opcode: command.opcode, result, fail: 0, context: this.random.below(3), args, what: '' };
  }

  private good(arg: Arg): number {
    if (arg.type === 'int') return arg.min;
    if (arg.type === 'enum' || arg.type === 'flags') return 0;
    const names = this.world.namesOf(arg.type);
    return names.length === 0 ? HANDLES - 2 : names[this.random.below(names.length)].id;
  }

  private waysFor(command: Command): (readonly [what: string, spoil: (call: RawCall) => void])[] {
    const { random } = this;
    const ways: (readonly [string, (call: RawCall) => void])[] = [
      ['an opcode that is none', (call) => (call.opcode = this.unknownOpcode())],
      ['an argument more', (call) => call.args.push(random.below(2))],
      ['many arguments more', (call) => call.args.push(...Array.from({ length: 12 - call.args.length }, () => 0))],
      ['a context that is none', (call) => (call.context = 3 + random.below(0xfffc))],
      ['a result that cannot be', (call) => (call.result = this.badResult(command))],
    ];
    if (command.args.length > 0) ways.push(['an argument less', (call) => call.args.pop()]);
    command.args.forEach((arg, i) => {
      ways.push([`a bad ${arg.name}`, (call) => (call.args[i] = this.bad(arg))]);
    });
    return ways;
  }

  private unknownOpcode(): number {
    for (;;) {
      const opcode = this.random.below(this.random.below(2) === 0 ? OPCODES : 0x10000);
      if (!KNOWN.includes(opcode)) return opcode;
    }
  }

  /** A name where no object is made; a name in use, or beyond the table. */
  private badResult(command: Command): number {
    const taken = this.world.names;
    if (command.result === undefined) return this.random.below(HANDLES);
    if (taken.length > 0 && this.random.below(2) === 0) return taken[this.random.below(taken.length)].id;
    return HANDLES + this.random.below(0x7fffffff);
  }

  /** A number out of its range; an object that was freed, of another kind, or no handle at all. */
  private bad(arg: Arg): number {
    const { random, world } = this;
    if (arg.type === 'int' || arg.type === 'enum' || arg.type === 'flags') {
      const min = arg.type === 'int' ? arg.min : 0;
      const max = arg.type === 'int' ? arg.max : arg.type === 'enum' ? arg.words.length - 1 : 2 ** arg.words.length - 1;
      const candidates = [min - 1, max + 1, -1, 0x7fffffff, -0x80000000, 0x10000, max * 2 + 1, random.next() | 0];
      const outside = candidates.filter((value) => value < min || value > max);
      return outside[random.below(outside.length)];
    }
    const others = world.names.filter(({ kind }) => kind !== arg.type);
    const left = random.below(4);
    if (left === 0 && others.length > 0) return others[random.below(others.length)].id;
    if (left === 1) return HANDLES + random.below(0x7ffffbff);
    return left === 2 && arg.optional !== true ? -1 : -2 - random.below(0x7ffffffe);
  }
}

function requestOf(calls: readonly RawCall[]): Buffer {
  const words = [1, ExecFlag.Continue, 0, 0, calls.length];
  for (const { opcode, result, fail, context, args } of calls)
    words.push(opcode | (args.length << 16), result, fail | (context << 16), ...args);
  return encodeWords(words);
}

/** The answers to the calls: what each returned, and the number of its splats. */
async function answersOf(link: Link, calls: readonly RawCall[]): Promise<{ returned: number; splats: number }[]> {
  const { words, death } = await link.execute(requestOf(calls));
  if (words === undefined)
    throw new Error(`${death.kind}: ${death.detail}\n${death.console}\n${calls.map(({ what }) => what).join('\n')}`);
  return calls.map((_, i) => ({ returned: words[1 + i * 3], splats: words[3 + i * 3] }));
}

/** Programs of every scenario in turn: the calls meet the objects that these leave before settle. */
class Surroundings {
  private readonly worlds: World;
  private readonly settler = new Settler();
  private number = 0;

  constructor(
    private readonly profile: Profile,
    readonly session: Session,
  ) {
    this.worlds = new World(profile.rules, profile.abi);
  }

  next(): Program {
    const searched = SEARCHED.filter((scenario) => isSearchedWith(scenario, this.profile));
    const scenario: Scenario = searched[this.number++ % searched.length];
    this.worlds.reset(this.profile.rules, this.profile.abi);
    return generateOn(new ProgramGenerator(scenario, this.profile), this.worlds, this.profile.name, SEED + this.number);
  }

  /** The calls of a program, without those of settle. */
  batchOf(program: Program): Batch {
    const batch = new Batch();
    batch.beginProgram(0);
    this.session.begin();
    for (const call of program.calls) if (this.session.execute(call) >= 0) batch.executed(this.session.world, call);
    return batch;
  }

  /** The calls of settle. */
  settling(): Batch {
    const batch = new Batch();
    batch.beginProgram(0);
    this.settler.begin(SEED);
    for (let call = this.settler.next(this.session.world); call !== null; call = this.settler.next(this.session.world))
      if (this.session.execute(call) >= 0) batch.executed(this.session.world, call);
    return batch;
  }
}

/** Continues with the objects of the request before, and checks that all answers agree with the model. */
async function expectToGoOn(link: Link, batch: Batch): Promise<void> {
  const { words, death } = await link.execute(batch.request(ExecFlag.Continue));
  if (words === undefined) throw new Error(`${death.kind}: ${death.detail}\n${death.console}`);
  const expected = Array.from({ length: batch.calls }, (_, i) => [batch.rets[i], batch.digests[i], 0]);
  expect([...words]).toEqual([batch.calls, ...expected.flat()]);
}

async function setUp(target: string): Promise<{ link: Link; around: Surroundings }> {
  const link = await openLinux(target);
  const profile = { ...profileOf(target), abi: link.abi };
  const session = new Session({ profile: target, rules: profile.rules, abi: link.abi, checks: false });
  return { link, around: new Surroundings(profile, session) };
}

describe.each(TARGETS)(`malformed requests to the module of %s (seed ${SEED})`, (target) => {
  const test = ready.includes(target) ? it : it.skip;

  test.each([
    [`${MALFORMED} calls with one thing wrong`, MALFORMED, (malformer: Malformer) => malformer.call()],
    [`${LONG_CALLS} calls with lengths beyond every object`, LONG_CALLS, (malformer: Malformer) => malformer.tooLong()],
  ])(
    '%s are refused, change nothing, and programs continue',
    async (_what, count, make) => {
      expect(MEASURABLE).toHaveLength(MEASURED.length);
      const { link, around } = await setUp(target);
      const malformer = new Malformer(around.session.world);
      const wrong: string[] = [];
      for (let sent = 0; sent < count; sent += CALLS_PER_REQUEST) {
        const batch = around.batchOf(around.next());
        expect(await compareBatch(link, batch)).toBeNull();
        const calls = Array.from({ length: CALLS_PER_REQUEST }, () => make(malformer));
        const answers = await answersOf(link, calls);
        answers.forEach(({ returned, splats }, i) => {
          if (!REFUSALS.includes(returned) || splats > 0)
            wrong.push(
              `${calls[i].what}: ${JSON.stringify(calls[i])} returned ${(returned >>> 0).toString(16)}, ` +
                `${splats} splats`,
            );
        });
        if (wrong.length > 0) break;
        await expectToGoOn(link, around.settling());
      }
      expect(wrong).toEqual([]);
      expect(await compareBatch(link, around.batchOf(around.next()))).toBeNull();
    },
    LONG_MS,
  );

  test(
    'requests that end too early, or are noise, are refused as a whole',
    async () => {
      const { link, around } = await setUp(target);
      const random = new Random(SEED);
      const { session } = around;
      for (let round = 0; round < 150; round++) {
        const batch = around.batchOf(around.next());
        expect(await compareBatch(link, batch)).toBeNull();
        const request = batch.request(ExecFlag.Continue);
        const cut = request.subarray(0, 4 * random.below(Math.min(request.length / 4, 40)));
        const noise = encodeWords([
          1,
          0,
          0,
          0,
          1 + random.below(1000),
          ...Array.from({ length: 8 }, () => random.next() | 0xffff),
        ]);
        for (const bytes of [cut, noise]) {
          const { death } = await link.execute(bytes);
          if (death !== undefined && death.kind !== 'protocol') throw new Error(`${death.kind}: ${death.detail}`);
        }
      }
      expect(session.executed).toBeGreaterThan(1000);
      expect(await compareBatch(link, around.batchOf(around.next()))).toBeNull();
    },
    LONG_MS,
  );
});
