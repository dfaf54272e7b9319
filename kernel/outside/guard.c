// SPDX-License-Identifier: MIT
/*
 * Reads and writes of a program's memory that may fail. They are the processor's own, not process_vm_writev(): that
 * pins pages (nr_foll_pin_acquired would count), and refuses mappings of VM_PFNMAP, such as the rings of io_uring
 * before 6.10.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include "outside/outside.h"

static sigjmp_buf escape;
static volatile sig_atomic_t is_guarded;

static void on_fault(int number)
{
	if (is_guarded)
		siglongjmp(escape, 1);
	/* A fault of ours: it happens again, and ends the program. */
	signal(number, SIG_DFL);
}

void outside_guard_memory(void)
{
	struct sigaction action = { .sa_handler = on_fault, .sa_flags = SA_NODEFER };

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}

static void generate(volatile uint8_t *to, size_t bytes, uint32_t state)
{
	size_t at;

	for (at = 0; at < bytes; at++) {
		state = state * OUTSIDE_PATTERN_FACTOR + OUTSIDE_PATTERN_INCREMENT;
		to[at] = state >> 24;
	}
}

int outside_copy(void *to, const void *from, size_t bytes)
{
	/* SA_NODEFER leaves the mask of signals alone, so it need not be saved. */
	if (sigsetjmp(escape, 0)) {
		is_guarded = 0;
		return -EFAULT;
	}
	is_guarded = 1;
	memcpy(to, from, bytes);
	is_guarded = 0;
	return 0;
}

int outside_fill(void *to, size_t bytes, uint32_t seed)
{
	if (sigsetjmp(escape, 0)) {
		is_guarded = 0;
		return -EFAULT;
	}
	is_guarded = 1;
	generate(to, bytes, seed);
	is_guarded = 0;
	return 0;
}

int outside_add(volatile uint32_t *to, const volatile uint32_t *from, uint32_t plus)
{
	if (sigsetjmp(escape, 0)) {
		is_guarded = 0;
		return -EFAULT;
	}
	is_guarded = 1;
	*to = *from + plus;
	is_guarded = 0;
	return 0;
}
