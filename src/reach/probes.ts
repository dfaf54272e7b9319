import { PACKETS_MAX, packetsOf, REGISTERS, type Argument, type ArgumentFeature, type Layout } from './features';

/** A function whose invocations are told apart, and the probes in it. */
export interface WatchedFunction {
  readonly name: string;
  readonly args: readonly Argument[];
  readonly features: readonly ArgumentFeature[];
  /** Beginnings of basic blocks, as offsets from the function's start; a part that was moved away may lie before it. */
  readonly blocks: readonly number[];
  /** By block: it has a probe. One that the kernel changes while it runs, as behind a static branch, can have none. */
  readonly isSet: readonly boolean[];
}

/** Group of all probes in tracefs. */
export const GROUP = 'skbreach';

/** The probe at the entry of function number `at`; its arguments are what features are made of. */
export function entryProbe(at: number, address: bigint, args: readonly Argument[], layout: Layout): string {
  const own = args.map(({ name, register }) => `${name}=%${REGISTERS[register]}:x64`);
  const packets = packetsOf(args)
    .slice(0, PACKETS_MAX)
    .flatMap(({ name, register }) =>
      [...layout.skb].map(
        ([member, { offset, fetch }]) => `${name}_${member}=+${offset}(%${REGISTERS[register]}):${fetch}`,
      ),
    );
  return [`p:${GROUP}/e${at} ${hex(address)} sp=$stack:x64`, ...own, ...packets].join(' ');
}

/** The probe at block number `block` of function number `at`. */
export function blockProbe(at: number, block: number, address: bigint): string {
  return `p:${GROUP}/b${at}_${block} ${hex(address)} sp=$stack:x64`;
}

const hex = (address: bigint): string => `0x${address.toString(16)}`;
