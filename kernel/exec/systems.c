// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The systems around the core: those that are linked in are started, reset and stopped together. */
#include "core/objects.h"

const struct skbcheck_kind_ops *skbcheck_kind_ops[KIND_COUNT];

extern const struct skbcheck_system skbcheck_gro __weak;
extern const struct skbcheck_system skbcheck_segment __weak;
extern const struct skbcheck_system skbcheck_splice __weak;
extern const struct skbcheck_system skbcheck_xdp __weak;
extern const struct skbcheck_system skbcheck_xdp_rxq __weak;
extern const struct skbcheck_system skbcheck_xdp_frame __weak;
extern const struct skbcheck_system skbcheck_xdp_skb __weak;
extern const struct skbcheck_system skbcheck_cpumap __weak;
extern const struct skbcheck_system skbcheck_driver __weak;
extern const struct skbcheck_system skbcheck_xsk __weak;
extern const struct skbcheck_system skbcheck_stack __weak;
extern const struct skbcheck_system skbcheck_zerocopy_send __weak;

static const struct skbcheck_system *const systems[] = {
	&skbcheck_gro, &skbcheck_segment, &skbcheck_splice, &skbcheck_xdp, &skbcheck_xdp_rxq, &skbcheck_xdp_frame,
	&skbcheck_xdp_skb, &skbcheck_cpumap, &skbcheck_driver, &skbcheck_xsk, &skbcheck_stack, &skbcheck_zerocopy_send,
};
static u32 started;

static void learn_kinds(const struct skbcheck_kind_ops *ops)
{
	for (; ops && ops->kind != KIND_NONE; ops++)
		skbcheck_kind_ops[ops->kind] = ops;
}

int skbcheck_systems_start(void (*learn_commands)(const struct skbcheck_command *table))
{
	int error;

	for (started = 0; started < ARRAY_SIZE(systems); started++) {
		const struct skbcheck_system *system = systems[started];

		if (!system)
			continue;
		error = system->start ? system->start() : 0;
		if (error) {
			skbcheck_systems_stop();
			return error;
		}
		learn_kinds(system->kinds);
		if (system->commands)
			learn_commands(system->commands);
	}
	return 0;
}

void skbcheck_systems_stop(void)
{
	while (started--)
		if (systems[started] && systems[started]->stop)
			systems[started]->stop();
	started = 0;
}

void skbcheck_systems_reset(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(systems); i++)
		if (systems[i] && systems[i]->reset)
			systems[i]->reset();
}

enum skbcheck_kind skbcheck_system_kind(char letter)
{
	u32 i;

	for (i = 0; i < KIND_COUNT; i++)
		if (skbcheck_kind_ops[i] && skbcheck_kind_ops[i]->letter == letter)
			return i;
	return KIND_NONE;
}
