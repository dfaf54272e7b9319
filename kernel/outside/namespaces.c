// SPDX-License-Identifier: MIT
/*
 * A network namespace that nobody uses goes later, in a work queue (net/core/net_namespace.c, cleanup_net). Its end is
 * waited for before the kernel's objects are counted, and when too many are on their way.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>
#include "outside/outside.h"

#define POLL_US 2000
#define START_WAIT_MS 5000
#define SAME_POLLS 25
/* Namespaces that nobody uses, and that are not gone yet; each is some hundred KiB. */
#define NAMESPACES_MAX 64
#define PROGRAMS_PER_LOOK 16

static long start_namespaces = -1;

/*
 * A namespace that ends. cleanup_net frees the memory of those that ended before it (net_complete_free in 6.1.192,
 * 6.12.117 and 7.3.4), so those that end together stay until another does.
 */
static void end_a_namespace(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(unshare(CLONE_NEWNET) != 0);
	waitpid(child, NULL, 0);
}

/* Ends a namespace, and waits until their number is the start's, or no longer changes. */
long outside_settle_namespaces(long end_ms)
{
	long seen = -1, same = 0;

	end_a_namespace();
	while (same < SAME_POLLS && outside_now_ms() < end_ms) {
		long objects = outside_objects_of("net_namespace");

		if (objects <= start_namespaces)
			return objects;
		same = objects == seen ? same + 1 : 0;
		seen = objects;
		usleep(POLL_US);
	}
	return seen;
}

bool outside_wait_for_quiet(uint32_t wait_ms)
{
	long end_ms = outside_now_ms() + wait_ms;

	for (;;) {
		if (outside_settle_namespaces(end_ms) <= start_namespaces)
			return true;
		if (outside_now_ms() >= end_ms)
			return false;
	}
}

/* The second ends alone, so one at most stays. */
void outside_note_start(void)
{
	long end_ms = outside_now_ms() + START_WAIT_MS, namespaces;

	if (outside_objects_of("net_namespace") < 0)
		return;
	outside_settle_namespaces(end_ms);
	namespaces = outside_settle_namespaces(end_ms);
	start_namespaces = namespaces;
}

void outside_bound_namespaces(void)
{
	static unsigned int programs;
	long end_ms = outside_now_ms() + START_WAIT_MS;

	if (++programs % PROGRAMS_PER_LOOK || start_namespaces < 0)
		return;
	while (outside_objects_of("net_namespace") > start_namespaces + NAMESPACES_MAX && outside_now_ms() < end_ms)
		usleep(POLL_US);
}
