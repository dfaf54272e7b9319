import type { Tracing } from '../protocol/tracing';
import { run } from '../targets/linux/run';
import { Btf } from './btf';
import { blocksOf } from './blocks';
import { entryProgram } from './entry_program';
import { argumentsOf, featuresOf, layoutOf, packetsOf, type Layout } from './features';
import { packetFunctions, structuresOf, type Entered } from './functions';
import { invocationsIn, type Invocation } from './invocations';
import { sectionsOf } from './kernel_image';
import { blockProbe, entryProbe, GROUP, type WatchedFunction } from './probes';
import { Symbols } from './symbols';

/** Probes of one function; a larger one has blocks that are not told apart. */
export const BLOCKS_MAX = 400;
const BUFFER_KIB = 8192;
const UNWATCHED = -1;

/** Types and code of a kernel, read once. */
export class KernelCode {
  readonly btf: Btf;
  readonly layout: Layout;
  readonly text: bigint;
  private known?: Symbols;

  /**
   * @param path - the uncompressed kernel that runs
   * @throws Error when it has no types
   */
  constructor(readonly path: string) {
    const sections = sectionsOf(path);
    const named = (name: string) => sections.find((section) => section.name === name);
    this.btf = new Btf(named('.BTF')?.content ?? Buffer.alloc(0));
    this.text = named('.text')?.address ?? 0n;
    this.layout = layoutOf(this.btf);
  }

  /** The symbols of the kernel, which lie at the same addresses at each boot: it is booted with nokaslr. */
  async symbols(tracing: Tracing): Promise<Symbols> {
    this.known ??= new Symbols(await tracing.read('/proc/kallsyms'));
    return this.known;
  }

  /** A disassembly without the bytes. */
  async listing(from: bigint, to: bigint): Promise<string> {
    const range = [`--start-address=0x${from.toString(16)}`, `--stop-address=0x${to.toString(16)}`];
    return (await run('objdump', ['-d', '--no-show-raw-insn', ...range, this.path])).stdout;
  }
}

/** The blocks of a function in the running kernel. */
interface Code {
  readonly start: bigint;
  readonly blocks: readonly bigint[];
}

/** Watches functions of a running kernel. */
export class Tracer {
  private watched: readonly WatchedFunction[] = [];

  private constructor(
    private readonly tracing: Tracing,
    private readonly code: KernelCode,
    private readonly symbols: Symbols,
  ) {}

  static async open(tracing: Tracing, code: KernelCode): Promise<Tracer> {
    const tracer = new Tracer(tracing, code, await code.symbols(tracing));
    await tracing.write('trace_options', 'nocontext-info');
    await tracing.write('buffer_size_kb', `${BUFFER_KIB}`);
    await tracing.write('tracing_on', '0');
    return tracer;
  }

  /** Whether the kernel has a function that can be watched. */
  has(name: string): boolean {
    return this.symbols.partsOf(name).length > 0;
  }

  /**
   * Sets probes at the entries of functions and at their basic blocks, in place of those before.
   * @param names - functions of the kernel; those that it lacks are left out
   * @param keep - of a function's blocks; default: all
   * @param counted - functions of which nothing but their entries is watched
   */
  async watch(
    names: readonly string[],
    keep: (name: string, offset: number) => boolean = () => true,
    counted: readonly string[] = [],
  ): Promise<readonly WatchedFunction[]> {
    await this.unwatch();
    const watched: WatchedFunction[] = [];
    for (const name of names.filter((each) => this.has(each)))
      watched.push(await this.watchOne(name, watched.length, (offset) => keep(name, offset)));
    for (const name of counted.filter((each) => this.has(each)))
      watched.push(await this.countOne(name, watched.length));
    await this.tracing.write(`events/${GROUP}/enable`, '1');
    this.watched = watched;
    return watched;
  }

  async unwatch(): Promise<void> {
    await this.tracing.write(`events/${GROUP}/enable`, '0');
    await this.tracing.detach();
    await this.tracing.write('kprobe_events', '');
    this.watched = [];
  }

  /** Runs something, and returns the invocations of watched functions meanwhile. */
  async record<T>(
    action: () => Promise<T>,
    parses = true,
  ): Promise<{ readonly value: T; readonly invocations: Invocation[] }> {
    void this.tracing.read('trace_pipe');
    void this.tracing.write('tracing_on', '1');
    const value = await action();
    void this.tracing.write('tracing_on', '0');
    return { value, invocations: parses ? this.parse(await this.tracing.read('trace_pipe')) : [] };
  }

  /** Runs something, and returns the functions of packets that init enters meanwhile, in the order of entry. */
  async entered<T>(action: () => Promise<T>): Promise<{ readonly value: T; readonly entered: Entered[] }> {
    await this.tracing.write('set_ftrace_pid', '1');
    await this.tracing.write('current_tracer', 'function');
    const { value } = await this.record(action, false);
    const trace = await this.tracing.read('trace');
    await this.tracing.write('current_tracer', 'nop');
    return { value, entered: packetFunctions(trace, this.code.btf) };
  }

  /** The structures of packets that functions take: `pipe_inode_info`. */
  structuresOf(names: readonly string[]): string[] {
    return structuresOf(names, this.code.btf);
  }

  /** The invocations since the last look. */
  async look(): Promise<Invocation[]> {
    return this.parse(await this.tracing.read('trace_pipe'));
  }

  /** Records from now on. */
  async begin(): Promise<void> {
    await this.tracing.read('trace_pipe');
    await this.tracing.write('tracing_on', '1');
  }

  private parse(trace: string): Invocation[] {
    return invocationsIn(trace, this.watched, this.code.layout);
  }

  private async watchOne(name: string, at: number, keep: (offset: number) => boolean): Promise<WatchedFunction> {
    const { btf, layout } = this.code;
    const args = argumentsOf(btf, name);
    const { start, blocks } = await this.codeOf(name);
    await this.tracing.write('kprobe_events', entryProbe(at, start, args, layout));
    const offsets = blocks.map((address) => Number(address - start)).slice(0, BLOCKS_MAX);
    const results = await Promise.all(
      offsets.map((offset, block) =>
        keep(offset)
          ? this.tracing.write('kprobe_events', blockProbe(at, block, start + BigInt(offset)))
          : Promise.resolve(UNWATCHED),
      ),
    );
    if (packetsOf(args).length > 0) {
      const id = Number(await this.tracing.read(`events/${GROUP}/e${at}/id`));
      await this.tracing.attach(id, entryProgram(args, layout));
    }
    return {
      name,
      args,
      features: featuresOf(args, layout),
      blocks: offsets,
      isSet: results.map((result) => result === 0),
    };
  }

  private async countOne(name: string, at: number): Promise<WatchedFunction> {
    const [{ address }] = this.symbols.partsOf(name);
    await this.tracing.write('kprobe_events', entryProbe(at, address, [], this.code.layout));
    return { name, args: [], features: [], blocks: [], isSet: [] };
  }

  private async codeOf(name: string): Promise<Code> {
    const parts = this.symbols.partsOf(name);
    const slide = (this.symbols.address('_text') ?? this.code.text) - this.code.text;
    const listings = await Promise.all(
      parts.map(({ address, end }) => this.code.listing(address - slide, end - slide)),
    );
    const moved = parts.map((part) => ({ ...part, address: part.address - slide, end: part.end - slide }));
    return { start: parts[0].address, blocks: blocksOf(listings.join('\n'), moved).map((at) => at + slide) };
  }
}
