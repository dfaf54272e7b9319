/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* A program with the answers that it must get: `skbcheck export` writes them, and main.c compares. */
#ifndef SKBCHECK_REPRO_H
#define SKBCHECK_REPRO_H

#include <linux/types.h>
#include "made/protocol.h"

/* A word of the world after a call. */
struct repro_word {
	const char *owner; /* "skb1", "page#2" */
	const char *name; /* "truesize" */
	u32 expected;
};

struct repro_call {
	const char *text;
	const char *skipped; /* the reason why this kernel's program leaves it out; NULL: it is made */
	const u32 *request; /* the payload of a message EXEC with this call alone */
	u32 request_words;
	u32 returned;
	const char *number, *flag; /* names of the two values that `returned` holds; NULL: it is one number */
	const struct repro_word *words;
	u32 word_count;
};

/* A size that the expected answers depend on. */
struct repro_size {
	u32 key; /* enum skbcheck_abi */
	u32 expected;
	const char *name;
};

/* The answers of one release. */
struct repro_expected {
	const char *release; /* "linux-6.12" */
	u32 version; /* KERNEL_VERSION(6, 12, 0) */
	const struct repro_size *sizes;
	u32 size_count;
	const u32 *kmalloc_sizes; /* of the kmalloc caches, ascending, bytes */
	u32 kmalloc_count;
	const struct repro_call *calls;
	u32 call_count;
	/* The call whose expected answer is the wrong one: a kernel that gives it has the bug. -1: none. */
	s32 wrong_call;
	const char *wrong_because;
};

#define REPRO_RETURNED_MAX 80

/* Writes a returned word of the call into `text`, of REPRO_RETURNED_MAX bytes, and returns that. */
const char *repro_returned(char *text, const struct repro_call *call, u32 word);

extern const char repro_name[];
extern const struct repro_expected repro_expected[];
extern const u32 repro_expected_count;

/* ---- choose.c ---- */
/* Returns the answers that hold for this kernel; NULL after it has printed why there are none. */
const struct repro_expected *repro_choose(void);

/* ---- compare.c ---- */
/* Prints what differs from the expected answer, at most a few lines. Returns whether something does. */
bool repro_differs(const struct repro_call *call, const u32 *reply, u32 reply_words);

#endif /* SKBCHECK_REPRO_H */
