/** A function of the running kernel. */
export interface KernelFunction {
  readonly name: string;
  readonly address: bigint;
  readonly end: bigint;
}

const LINE = /^([0-9a-f]{16}) ([A-Za-z]) (\S+)(?:\s+\[(\S+)\])?$/gm;
/** Names that the compiler gives parts of a function. */
const PART = /\.(cold|part|isra|constprop)(\.\d+)*/;

/** The functions of a kernel by /proc/kallsyms, without those of modules. */
export class Symbols {
  private readonly sorted: bigint[];
  private readonly all: readonly { readonly name: string; readonly address: bigint }[];

  constructor(kallsyms: string) {
    this.all = [...kallsyms.matchAll(LINE)]
      .filter(([, , type, , module]) => /[tTwW]/.test(type) && module === undefined)
      .map(([, address, , name]) => ({ name, address: BigInt(`0x${address}`) }));
    this.sorted = this.all.map(({ address }) => address).sort((one, other) => (one < other ? -1 : one > other ? 1 : 0));
  }

  /** The address of a symbol; undefined: there is none. */
  address(name: string): bigint | undefined {
    return this.all.find((symbol) => symbol.name === name)?.address;
  }

  /** The parts of a function: itself first, then those that the compiler has moved away. */
  partsOf(name: string): KernelFunction[] {
    const parts = this.all.filter((symbol) => symbol.name.split('.')[0] === name && this.isPart(symbol.name, name));
    return parts
      .map((symbol) => ({ ...symbol, end: this.endOf(symbol.address) }))
      .sort((one, other) => one.name.length - other.name.length);
  }

  private isPart(symbol: string, name: string): boolean {
    return symbol === name || PART.test(symbol);
  }

  private endOf(address: bigint): bigint {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sorted[middle] <= address) low = middle + 1;
      else high = middle;
    }
    return this.sorted[low] ?? address;
  }
}
