// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The systems of the module: they are started, reset and stopped together. */
#include "core/system.h"
#include "exec/exec.h"

/*
 * In the order in which they start: fault before the systems that ask skbcheck_fault_able(), XDP before those with
 * packets.
 */
#define SYSTEMS(X) \
	X(pattern) X(dma) X(fault) X(skb_life) X(skb_transform) X(zerocopy) X(gro) X(segment) X(splice) X(xdp) \
	X(xdp_frame) X(cpumap) X(mvneta) X(xsk) X(stack) X(netmem)

#define DECLARE(name) extern const struct skbcheck_system skbcheck_##name;
SYSTEMS(DECLARE)

#define POINTER(name) &skbcheck_##name,
static const struct skbcheck_system *const systems[] = { SYSTEMS(POINTER) };
static u32 started;

int skbcheck_systems_start(void)
{
	for (started = 0; started < ARRAY_SIZE(systems); started++) {
		int error = systems[started]->start ? systems[started]->start() : 0;

		if (error) {
			skbcheck_systems_stop();
			return error;
		}
	}
	return 0;
}

void skbcheck_systems_stop(void)
{
	while (started--)
		if (systems[started]->stop)
			systems[started]->stop();
	started = 0;
}

void skbcheck_systems_reset(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(systems); i++)
		if (systems[i]->reset)
			systems[i]->reset();
}
