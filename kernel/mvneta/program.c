// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The XDP program of the ports. It reads its instructions for a packet from ctx->rx_queue_index, a field of the
 * driver's own xdp_rxq_info: verdict (3 bits), bytes to take off the head (7), off the tail (12), index of the
 * device to redirect to (10).
 */
#include "mvneta/mvneta.h"

#define HEAD_SHIFT 3
#define HEAD_MASK 0x7f
#define TAIL_SHIFT 10
#define TAIL_MASK 0xfff
#define IFINDEX_SHIFT 22
#define VERDICT_MASK 7

static struct bpf_prog *progs[3]; /* by PROG_* */

static const struct bpf_insn insns[] = {
	BPF_MOV64_REG(BPF_REG_6, BPF_REG_1),
	BPF_LDX_MEM(BPF_W, BPF_REG_7, BPF_REG_6, offsetof(struct xdp_md, rx_queue_index)),
	BPF_MOV64_REG(BPF_REG_2, BPF_REG_7),
	BPF_ALU64_IMM(BPF_RSH, BPF_REG_2, HEAD_SHIFT),
	BPF_ALU64_IMM(BPF_AND, BPF_REG_2, HEAD_MASK),
	BPF_JMP_IMM(BPF_JEQ, BPF_REG_2, 0, 2),
	BPF_MOV64_REG(BPF_REG_1, BPF_REG_6),
	BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_xdp_adjust_head),
	BPF_MOV64_REG(BPF_REG_2, BPF_REG_7),
	BPF_ALU64_IMM(BPF_RSH, BPF_REG_2, TAIL_SHIFT),
	BPF_ALU64_IMM(BPF_AND, BPF_REG_2, TAIL_MASK),
	BPF_JMP_IMM(BPF_JEQ, BPF_REG_2, 0, 3),
	BPF_ALU64_IMM(BPF_NEG, BPF_REG_2, 0),
	BPF_MOV64_REG(BPF_REG_1, BPF_REG_6),
	BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_xdp_adjust_tail),
	BPF_MOV64_REG(BPF_REG_0, BPF_REG_7),
	BPF_ALU64_IMM(BPF_AND, BPF_REG_0, VERDICT_MASK),
	BPF_JMP_IMM(BPF_JNE, BPF_REG_0, XDP_REDIRECT, 4),
	BPF_MOV64_REG(BPF_REG_1, BPF_REG_7),
	BPF_ALU64_IMM(BPF_RSH, BPF_REG_1, IFINDEX_SHIFT),
	BPF_MOV64_IMM(BPF_REG_2, 0),
	BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_redirect),
	BPF_EXIT_INSN(),
};

static struct bpf_prog *load(u32 flags)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_XDP;
	attr.insn_cnt = ARRAY_SIZE(insns);
	attr.insns = (unsigned long)insns;
	attr.license = (unsigned long)"Dual MIT/GPL";
	attr.prog_flags = flags;
	return skbcheck_prog_take(skbcheck_bpf(BPF_PROG_LOAD, &attr));
}

struct bpf_prog *skbcheck_port_prog(u32 prog)
{
	return progs[prog];
}

int skbcheck_port_progs_start(void)
{
	u32 i;

	for (i = PROG(plain); i <= PROG(frags); i++) {
		struct bpf_prog *prog = load(i == PROG(frags) ? BPF_F_XDP_HAS_FRAGS : 0);

		if (IS_ERR(prog))
			return PTR_ERR(prog);
		progs[i] = prog;
	}
	return 0;
}

void skbcheck_port_progs_stop(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(progs); i++) {
		if (progs[i])
			bpf_prog_put(progs[i]);
		progs[i] = NULL;
	}
}
