/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Queues, packets and frames of XDP, and its programs. */
#ifndef SKBCHECK_XDP_H
#define SKBCHECK_XDP_H

#include <linux/bpf.h>
#include <linux/filter.h>
#include <net/xdp.h>
#include <net/xdp_sock_drv.h>
#include <net/xsk_buff_pool.h>
#include "core/command.h"
#include "core/system.h"

/* A queue, and the buffers of the AF_XDP socket that it serves. */
struct skbcheck_rxq {
	struct xdp_rxq_info info;
	struct xsk_buff_pool *xsk;
	bool used;
};

/* The device that every packet came in by. */
extern struct net_device *skbcheck_xdp_dev;

static inline struct xdp_buff *skbcheck_xdp_of(s32 handle)
{
	return skbcheck_object_of(handle)->pointer;
}

static inline struct skbcheck_rxq *skbcheck_rxq_of(s32 handle)
{
	return skbcheck_object_of(handle)->pointer;
}

static inline struct xdp_frame *skbcheck_frame_of(s32 handle)
{
	return skbcheck_object_of(handle)->pointer;
}

/* Frees the struct; its buffers were released or passed on before. */
void skbcheck_xdp_drop(struct xdp_buff *xdp);

/*
 * XDP keeps its state of redirects and bulk queues in the task since 6.11 (401cb7dae813), from the
 * start of a NAPI poll to its end. Here one poll lasts as long as the program.
 */
void skbcheck_net_enter(void);
void skbcheck_net_leave(void);

/* ---- program.c: real programs, loaded through the verifier ---- */
#define SKBCHECK_UNKNOWN_ACTION 7

int skbcheck_bpf(int cmd, union bpf_attr *attr);
/* Loads instructions; returns a descriptor. */
int skbcheck_prog_load(const struct bpf_insn *insns, u32 count, u32 attach_type);
struct bpf_prog *skbcheck_prog_take(int fd);
int skbcheck_xdp_progs_start(void);
void skbcheck_xdp_progs_stop(void);
/* By the words of bpf_prog_run_xdp's argument `verdict`. */
struct bpf_prog *skbcheck_verdict_prog(u32 verdict);

/* ---- pass.c ---- */
void skbcheck_xdp_pass_start(void);

/* ---- xsk_pool.c: buffers of an AF_XDP socket, as its driver sees them ---- */
struct xsk_buff_pool *skbcheck_xsk_pool_create(struct xdp_rxq_info *rxq, u32 chunks);
void skbcheck_xsk_pool_destroy(struct xsk_buff_pool *pool);

#endif /* SKBCHECK_XDP_H */
