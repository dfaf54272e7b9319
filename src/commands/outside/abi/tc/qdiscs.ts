import { cat, u16, u32, u8, zeros } from '../bytes';
import { attr, attr32, attr64, maybe } from '../netlink/attribute';
import {
  TC_ETF_DEADLINE_MODE_ON,
  TC_ETF_SKIP_SOCK_CHECK,
  TCA_ETF_PARMS,
  TCA_FQ_FLOW_MAX_RATE,
  TCA_FQ_FLOW_PLIMIT,
  TCA_FQ_PLIMIT,
  TCA_FQ_QUANTUM,
  TCA_FQ_RATE_ENABLE,
  TCA_NETEM_CORRUPT,
  TCA_NETEM_JITTER64,
  TCA_NETEM_LATENCY64,
  TCA_NETEM_PRNG_SEED,
  TCA_NETEM_RATE,
  TCA_NETEM_REORDER,
  TCA_TBF_BURST,
  TCA_TBF_PARMS,
} from '../uapi/sched';
import type { Qdisc } from './qdisc';

/** Place for filters of packets that come and go: tc-bpf(8). Its parent is `clsact`. */
export const clsact = (): Qdisc => ({ kind: 'clsact', options: zeros(0) });

/** First in, first out: tc-pfifo(8). */
export const pfifo = (limit_packets: number): Qdisc => ({ kind: 'pfifo', options: u32(limit_packets) });

/** A probability of 0 to 1 as a 32-bit fraction. */
const fraction = (probability: number): number => Math.round(probability * 0xffffffff);

/** Faults of netem, with probabilities of 0 to 1: tc-netem(8). */
export interface NetemSettings {
  readonly limit_packets?: number;
  readonly delay_us?: number;
  readonly jitter_us?: number;
  readonly loss?: number;
  readonly duplicate?: number;
  /** Flips one bit of a packet. */
  readonly corrupt?: number;
  /** Packets that are sent at once while others wait; only with a delay. */
  readonly reorder?: number;
  /** Bytes a second. */
  readonly rate?: number;
  /** Seed of its random numbers, so that a run can be repeated (6.6 and newer ask for it). */
  readonly seed?: bigint;
}

/** Emulates a bad network. */
export function netem(settings: NetemSettings): Qdisc {
  const { limit_packets = 1000, delay_us = 0, jitter_us = 0, loss = 0, duplicate = 0 } = settings;
  const options = cat(
    // struct tc_netem_qopt; latency and jitter come behind it.
    ...[u32(0), u32(limit_packets), u32(fraction(loss))],
    ...[u32(settings.reorder ? 1 : 0), u32(fraction(duplicate)), u32(0)],
    ...[attr64(TCA_NETEM_LATENCY64, delay_us * 1000), attr64(TCA_NETEM_JITTER64, jitter_us * 1000)],
    maybe(settings.corrupt, (share) => attr(TCA_NETEM_CORRUPT, cat(u32(fraction(share)), u32(0)))),
    maybe(settings.reorder, (share) => attr(TCA_NETEM_REORDER, cat(u32(fraction(share)), u32(0)))),
    maybe(settings.rate, (rate) => attr(TCA_NETEM_RATE, cat(u32(rate), u32(0), u32(0), u32(0)))),
    maybe(settings.seed, (seed) => attr64(TCA_NETEM_PRNG_SEED, seed)),
  );
  return { kind: 'netem', options };
}

/** Settings of fq: tc-fq(8). */
export interface FqSettings {
  readonly limit_packets?: number;
  readonly flowLimit_packets?: number;
  readonly quantum_bytes?: number;
  /** Bytes a second of one flow. */
  readonly flowMaxRate?: number;
  readonly pacing?: boolean;
}

/** Fair queueing of flows; it paces by SO_MAX_PACING_RATE, and sends by SO_TXTIME. */
export const fq = (settings: FqSettings = {}): Qdisc => ({
  kind: 'fq',
  options: cat(
    maybe(settings.limit_packets, (packets) => attr32(TCA_FQ_PLIMIT, packets)),
    maybe(settings.flowLimit_packets, (packets) => attr32(TCA_FQ_FLOW_PLIMIT, packets)),
    maybe(settings.quantum_bytes, (bytes) => attr32(TCA_FQ_QUANTUM, bytes)),
    maybe(settings.flowMaxRate, (rate) => attr32(TCA_FQ_FLOW_MAX_RATE, rate)),
    maybe(settings.pacing, (on) => attr32(TCA_FQ_RATE_ENABLE, on ? 1 : 0)),
  ),
});

/** struct tc_ratespec, 12 bytes, of Ethernet. */
const ratespec = (rate: number): Buffer => cat(u8(0), u8(1), u16(0), u16(0), u16(0), u32(rate));

/**
 * Token bucket: tc-tbf(8). A packet of more than `burst_bytes` is segmented, or dropped.
 * @param rate - bytes a second
 */
export const tbf = (rate: number, burst_bytes: number, limit_bytes: number): Qdisc => ({
  kind: 'tbf',
  options: cat(
    attr(TCA_TBF_PARMS, cat(ratespec(rate), zeros(12), u32(limit_bytes), u32(0), u32(0))),
    attr32(TCA_TBF_BURST, burst_bytes),
  ),
});

/** Settings of etf: tc-etf(8). */
export interface EtfSettings {
  /** How long before its time a packet is sent. */
  readonly delta_ns: number;
  readonly deadline?: boolean;
  /** Packets of sockets without SO_TXTIME pass too. */
  readonly skipSocketCheck?: boolean;
}

/** Earliest txtime first, by CLOCK_TAI. */
export const etf = ({ delta_ns, deadline, skipSocketCheck }: EtfSettings): Qdisc => ({
  kind: 'etf',
  options: attr(
    TCA_ETF_PARMS,
    cat(
      ...[u32(delta_ns), u32(CLOCK_TAI)],
      u32((deadline ? TC_ETF_DEADLINE_MODE_ON : 0) | (skipSocketCheck ? TC_ETF_SKIP_SOCK_CHECK : 0)),
    ),
  ),
});

/** include/uapi/linux/time.h. */
const CLOCK_TAI = 11;

/**
 * Bands of priority: tc-prio(8). Band n is class 1 + n of the handle.
 * @param bands - 2 to 16
 * @param priomap - the band of each of 16 priorities
 */
export const prio = (bands: number, priomap: readonly number[] = Array<number>(16).fill(0)): Qdisc => ({
  kind: 'prio',
  options: cat(u32(bands), ...Array.from({ length: 16 }, (_, at) => u8(priomap[at] ?? 0))),
});
