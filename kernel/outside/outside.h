/* SPDX-License-Identifier: MIT */
/*
 * The part of the VM's init that carries out programs of system calls, as src/protocol/outside/wire.ts says. A program
 * runs in a child of its own, in namespaces of its own, and with the rights of its level.
 */
#ifndef SKBCHECK_OUTSIDE_H
#define SKBCHECK_OUTSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "made/outside.h"

struct outside_request {
	uint32_t programs, zero;
};

struct outside_program {
	uint32_t level, limit_ms, steps, bytes;
};

struct outside_step {
	uint32_t op, bytes;
};

struct outside_syscall {
	struct outside_step step;
	uint32_t number, limit_ms;
	int32_t fd, pair[2];
	uint32_t outs;
	uint64_t pair_at, args[OUTSIDE_SYSCALL_ARGS];
};

struct outside_out {
	uint64_t at;
	uint32_t bytes, up_to_return;
};

/* A poke, a fill or a peek; an add, whose seed is the other number, with the address of the first behind it. */
struct outside_memory {
	struct outside_step step;
	uint64_t at;
	uint32_t bytes, seed;
};

struct outside_repeat {
	struct outside_step step;
	uint32_t times, steps;
	/* OUTSIDE_UNTIL_*: how the last of its calls ends it. */
	uint32_t until, unused;
};

struct outside_result {
	uint32_t step, flags;
	int64_t ret;
	uint32_t outs, log_bytes;
};

/* The answer to a program, before its results and its log. */
struct outside_end {
	uint32_t status;
	int32_t detail;
	uint32_t result_bytes, log_bytes;
};

_Static_assert(sizeof(struct outside_program) == OUTSIDE_PROGRAM_HEADER_BYTES, "program");
_Static_assert(sizeof(struct outside_end) == OUTSIDE_PROGRAM_HEADER_BYTES, "end");
_Static_assert(sizeof(struct outside_step) == OUTSIDE_STEP_HEADER_BYTES, "step");
_Static_assert(sizeof(struct outside_syscall) == OUTSIDE_SYSCALL_BYTES, "syscall");
_Static_assert(sizeof(struct outside_out) == OUTSIDE_OUT_BYTES, "out");
_Static_assert(sizeof(struct outside_memory) == OUTSIDE_MEMORY_STEP_BYTES, "memory step");
_Static_assert(sizeof(struct outside_repeat) == OUTSIDE_REPEAT_BYTES, "repeat");
_Static_assert(sizeof(struct outside_result) == OUTSIDE_RESULT_HEADER_BYTES, "result");

static inline size_t outside_padded(size_t bytes)
{
	return (bytes + OUTSIDE_ALIGN - 1) & -(size_t)OUTSIDE_ALIGN;
}

/* check.c: whether a request holds what its lengths claim. A program that does can be walked without more checks. */
bool outside_is_valid(const uint8_t *request, size_t bytes);

/* rights.c: namespaces and limits of a program; 0 or minus errno. */
int outside_take_rights(uint32_t level);

/* steps.c: carries a program out. Returns false when its results found no room. */
bool outside_execute(const struct outside_program *program);

/* guard.c: memory of a program may be missing, read-only, or cut off by a truncated file. 0 or -EFAULT. */
void outside_guard_memory(void);
int outside_copy(void *to, const void *from, size_t bytes);
int outside_fill(void *to, size_t bytes, uint32_t seed);
int outside_add(volatile uint32_t *to, const volatile uint32_t *from, uint32_t plus);

/* call.c: a system call that does not sleep for longer than its limit. */
void outside_prepare_calls(void);
int64_t outside_call(const struct outside_syscall *call, bool *interrupted);

/* log.c: warnings that the kernel printed. Opened once; the position is common to init and its children. */
void outside_open_log(void);
size_t outside_read_log(char *to, size_t room);
/* Warnings between programs, as of namespaces that go: kept until the state is asked for. */
void outside_keep_log(void);
size_t outside_take_kept_log(char *to, size_t room);

/* results.c: memory that a program's child and init share, so that results outlive the child. */
struct outside_results {
	volatile uint32_t used;
	/* Set by the child: how far it came. */
	volatile uint32_t status;
	volatile int32_t detail;
	volatile uint32_t has_ended;
	uint8_t bytes[OUTSIDE_RESULTS_MAX_BYTES];
};

extern struct outside_results *outside_results;
bool outside_make_results(void);
/* Begins a result; NULL when there is no room. outside_end_result makes it count. */
struct outside_result *outside_begin_result(uint32_t step);
/* 0; -EFAULT: no bytes, as their mapping is gone; -ENOSPC: there is no room. */
int outside_add_out(struct outside_result *result, uint64_t at, uint32_t bytes);
void outside_end_result(struct outside_result *result);

/* run.c, hello.c, state.c: answers to messages. They return the bytes written, or minus errno. */
int64_t outside_run(const uint8_t *request, size_t bytes, uint8_t *reply, size_t room);
int64_t outside_hello(char *reply, size_t room);
int64_t outside_state(uint32_t wait_ms, char *reply, size_t room);
/* Objects of a slab cache; -1: there is no such cache. */
long outside_objects_of(const char *cache);
long outside_now_ms(void);

/* namespaces.c: notes how many namespaces there are when no program has run. */
void outside_note_start(void);
/* Ends a namespace, and waits until their number is the start's, or no longer changes. */
long outside_settle_namespaces(long end_ms);
bool outside_wait_for_quiet(uint32_t wait_ms);
/* Waits when programs make namespaces faster than they go. */
void outside_bound_namespaces(void);

/* text.c: lines that are appended while there is room. */
struct outside_text {
	char *to;
	size_t room, used;
};

void outside_say(struct outside_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* modules.c: loads the distribution's modules that a list names. One that fails is told in the answer to a hello. */
#define OUTSIDE_MISSING_LIST "/missing_modules"

int outside_load(const char *path);
void outside_load_modules(const char *list);
void outside_tell_modules(struct outside_text *text);

#endif
