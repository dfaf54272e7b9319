/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Allocations that fail on demand. */
#ifndef SKBCHECK_FAULT_H
#define SKBCHECK_FAULT_H

#include <linux/sched.h>
#include <linux/types.h>

bool skbcheck_fault_able(void);
/* From now on, the n-th allocation of this task fails; 0: none. */
void skbcheck_fault_arm(u32 n);
u32 skbcheck_fault_disarm(void);
/* Called before an allocation that no hook sees. Returns whether the allocation fails. */
bool skbcheck_fault_event(void);
/* States whether the current task runs programs. */
void skbcheck_fault_program(bool running);
/*
 * Between on and off the first allocation of a small object of fixed size (kmalloc) counts too. Elsewhere such an
 * allocation does not count: the kernel's other allocations of that kind depend on history.
 */
void skbcheck_fault_count_small(bool on);
/*
 * From now on the allocations of this task fail, and each bulk of sk_buffs that it allocates counts as one. NULL: the
 * program's own task again.
 */
void skbcheck_fault_follow(struct task_struct *task);
/* While on, the program wakes no task: a woken task would run at a moment of its own. */
void skbcheck_fault_hold_wakeups(bool on);

#endif /* SKBCHECK_FAULT_H */
