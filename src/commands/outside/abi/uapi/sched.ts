/** Made by tools/make_uapi.js from linux/pkt_sched.h, linux/rtnetlink.h. */

export const TCA_ETF_PARMS = 1;
export const TCA_FQ_FLOW_MAX_RATE = 7;
export const TCA_FQ_FLOW_PLIMIT = 2;
export const TCA_FQ_PLIMIT = 1;
export const TCA_FQ_QUANTUM = 3;
export const TCA_FQ_RATE_ENABLE = 5;
export const TCA_KIND = 1;
export const TCA_NETEM_CORRUPT = 4;
export const TCA_NETEM_JITTER64 = 11;
export const TCA_NETEM_LATENCY64 = 10;
export const TCA_NETEM_PRNG_SEED = 14;
export const TCA_NETEM_RATE = 6;
export const TCA_NETEM_REORDER = 3;
export const TCA_OPTIONS = 2;
export const TCA_TBF_BURST = 6;
export const TCA_TBF_PARMS = 1;
export const TC_ETF_DEADLINE_MODE_ON = 1;
export const TC_ETF_SKIP_SOCK_CHECK = 4;
export const TC_H_CLSACT = 4294967281;
export const TC_H_MIN_EGRESS = 65523;
export const TC_H_MIN_INGRESS = 65522;
export const TC_H_ROOT = 4294967295;
