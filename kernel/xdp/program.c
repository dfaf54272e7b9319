// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Real BPF programs, made of instructions and loaded through the verifier, as bpf(2) would. Init loads the module, so
 * their descriptors are in the table of init for a moment.
 */
#include <linux/bpf.h>
#include <linux/fdtable.h>
#include "xdp/xdp.h"

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
SKBCHECK_IMPORT_NS(BPF_INTERNAL);
#endif

/* No header of the kernel declares it. */
int kern_sys_bpf(int cmd, union bpf_attr *attr, unsigned int size);

/* The words of the argument `verdict` are the kernel's numbers. */
static_assert(bpf_prog_run_xdp_verdict_aborted == (int)XDP_ABORTED);
static_assert(bpf_prog_run_xdp_verdict_drop == (int)XDP_DROP);
static_assert(bpf_prog_run_xdp_verdict_pass == (int)XDP_PASS);
static_assert(bpf_prog_run_xdp_verdict_tx == (int)XDP_TX);

static struct bpf_prog *verdict_progs[bpf_prog_run_xdp_verdict_unknown + 1];

int skbcheck_bpf(int cmd, union bpf_attr *attr)
{
	return kern_sys_bpf(cmd, attr, sizeof(*attr));
}

int skbcheck_prog_load(const struct bpf_insn *insns, u32 count, u32 attach_type)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_XDP;
	attr.insn_cnt = count;
	attr.insns = (unsigned long)insns;
	attr.license = (unsigned long)"Dual MIT/GPL";
	attr.expected_attach_type = attach_type;
	return skbcheck_bpf(BPF_PROG_LOAD, &attr);
}

/* Returns the program of a descriptor, and closes the descriptor. */
struct bpf_prog *skbcheck_prog_take(int fd)
{
	struct bpf_prog *prog;

	if (fd < 0)
		return ERR_PTR(fd);
	prog = bpf_prog_get_type_dev(fd, BPF_PROG_TYPE_XDP, false);
	close_fd(fd);
	return prog;
}

struct bpf_prog *skbcheck_verdict_prog(u32 verdict)
{
	return verdict_progs[verdict];
}

int skbcheck_xdp_progs_start(void)
{
	u32 verdict;

	for (verdict = 0; verdict < ARRAY_SIZE(verdict_progs); verdict++) {
		const struct bpf_insn insns[] = {
			BPF_MOV64_IMM(BPF_REG_0, verdict == bpf_prog_run_xdp_verdict_unknown ?
							 SKBCHECK_UNKNOWN_ACTION : verdict),
			BPF_EXIT_INSN(),
		};
		struct bpf_prog *prog = skbcheck_prog_take(skbcheck_prog_load(insns, ARRAY_SIZE(insns), 0));

		if (IS_ERR(prog)) {
			skbcheck_xdp_progs_stop();
			return PTR_ERR(prog);
		}
		verdict_progs[verdict] = prog;
	}
	return 0;
}

void skbcheck_xdp_progs_stop(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(verdict_progs); i++) {
		if (verdict_progs[i])
			bpf_prog_put(verdict_progs[i]);
		verdict_progs[i] = NULL;
	}
}
