// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The maps of cpumap, the programs that run on the remote CPU, and the rx_handler of the module's device, which queues
 * the skbs that a kthread sends up the stack.
 */
#include <linux/fdtable.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include "fault/fault.h"
#include "xdp/cpumap.h"

#define CUT 4

struct cpumap skbcheck_cpumaps[CPUMAPS];
int skbcheck_cpumap_progs[PROGS] = { [0 ... PROGS - 1] = -1 };

static rx_handler_result_t receive(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	u32 i;

	for (i = 0; i < CPUMAPS; i++) {
		if (!skbcheck_cpumaps[i].entry || skbcheck_cpumaps[i].entry->kthread != current)
			continue;
		skb->mac_len = 0;
		__skb_queue_tail(&skbcheck_cpumaps[i].received, skb);
		return RX_HANDLER_CONSUMED;
	}
	kfree_skb(skb);
	return RX_HANDLER_CONSUMED;
}

static int load_progs(void)
{
	static const u32 verdicts[PROGS] = {
		[PROG(pass)] = XDP_PASS, [PROG(drop)] = XDP_DROP, [PROG(aborted)] = XDP_ABORTED, [PROG(tx)] = XDP_TX,
		[PROG(pull)] = XDP_PASS, [PROG(trim)] = XDP_PASS,
		[PROG(grow)] = XDP_PASS,
	};
	u32 i;

	for (i = PROG(pass); i < PROGS; i++) {
		const struct bpf_insn insns[] = {
			BPF_MOV64_IMM(BPF_REG_2, i == PROG(trim) ? -CUT : CUT),
			BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, 0, 0,
				     i == PROG(pull) ? BPF_FUNC_xdp_adjust_head : BPF_FUNC_xdp_adjust_tail),
			BPF_MOV64_IMM(BPF_REG_0, verdicts[i]),
			BPF_EXIT_INSN(),
		};
		u32 skipped = i < PROG(pull) ? 2 : 0;

		skbcheck_cpumap_progs[i] = skbcheck_prog_load(insns + skipped, ARRAY_SIZE(insns) - skipped, BPF_XDP_CPUMAP);
		if (skbcheck_cpumap_progs[i] < 0)
			return skbcheck_cpumap_progs[i];
	}
	return 0;
}

static int make_map(struct cpumap *cpumap)
{
	union bpf_attr attr;
	int fd;

	__skb_queue_head_init(&cpumap->received);
	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_CPUMAP;
	attr.key_size = sizeof(u32);
	attr.value_size = sizeof(struct bpf_cpumap_val);
	attr.max_entries = 1;
	fd = skbcheck_bpf(BPF_MAP_CREATE, &attr);
	if (fd < 0)
		return fd;
	cpumap->map = bpf_map_get(fd);
	if (!IS_ERR(cpumap->map)) {
		const struct bpf_insn insns[] = {
			BPF_LD_MAP_FD(BPF_REG_1, fd),
			BPF_MOV64_IMM(BPF_REG_2, 0),
			BPF_MOV64_IMM(BPF_REG_3, 0),
			BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_redirect_map),
			BPF_EXIT_INSN(),
		};

		cpumap->redirect = skbcheck_prog_take(skbcheck_prog_load(insns, ARRAY_SIZE(insns), 0));
	}
	close_fd(fd);
	return PTR_ERR_OR_ZERO(cpumap->map) ?: PTR_ERR_OR_ZERO(cpumap->redirect);
}

static void stop(void)
{
	u32 i;

	rtnl_lock();
	if (skbcheck_xdp_dev)
		netdev_rx_handler_unregister(skbcheck_xdp_dev);
	rtnl_unlock();
	for (i = 0; i < CPUMAPS; i++) {
		if (!IS_ERR_OR_NULL(skbcheck_cpumaps[i].redirect))
			bpf_prog_put(skbcheck_cpumaps[i].redirect);
		if (!IS_ERR_OR_NULL(skbcheck_cpumaps[i].map))
			bpf_map_put(skbcheck_cpumaps[i].map);
		skbcheck_cpumaps[i].redirect = NULL;
		skbcheck_cpumaps[i].map = NULL;
	}
}

static int start(void)
{
	int error;
	u32 i;

	if (!skbcheck_cpumap_find_functions() || !skbcheck_fault_able()) {
		pr_info("skbcheck: no cpumap on this kernel\n");
		return 0;
	}
	rtnl_lock();
	error = netdev_rx_handler_register(skbcheck_xdp_dev, receive, NULL);
	rtnl_unlock();
	if (!error)
		error = load_progs();
	for (i = 0; !error && i < CPUMAPS; i++)
		error = make_map(&skbcheck_cpumaps[i]);
	if (error)
		pr_err("skbcheck: cpumap cannot be started: %d\n", error);
	return error;
}

const struct skbcheck_system skbcheck_cpumap = {
	.start = start,
	.stop = stop,
};
