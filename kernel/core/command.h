/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* How the function of a command is written and entered. */
#ifndef SKBCHECK_COMMAND_H
#define SKBCHECK_COMMAND_H

#include "core/objects.h"
#include "core/pattern.h"
#include "made/commands.h"

struct skbcheck_call {
	u32 result; /* handle number for the object that the call makes */
	u32 fail;
	u32 context;
	s32 args[SKBCHECK_ARGS_MAX]; /* checked; a handle argument is a handle number, or -1 */
};

/* The entry of a command. Returns the result of the kernel function, as the contract folds it into 32 bits. */
#define SKBCHECK_DECLARE_RUN(name) u32 skbcheck_run_##name(const struct skbcheck_call *call);
SKBCHECK_COMMANDS(SKBCHECK_DECLARE_RUN)

/*
 * Enters the function of a command: u32 function(const struct skbcheck_call *, const struct NAME_args *). The table of
 * commands names every entry, so a command without an entry does not link. A name that is no command does not compile.
 */
#define SKBCHECK_COMMAND(name, function)                                        \
	u32 skbcheck_run_##name(const struct skbcheck_call *call)               \
	{                                                                       \
		static_assert(SKBCHECK_OP_##name < SKBCHECK_OPCODES);           \
		return function(call, (const struct name##_args *)call->args);  \
	}                                                                       \
	static_assert(sizeof(struct name##_args) <= sizeof_field(struct skbcheck_call, args))

/* Binds the new skb that a call returns. Returns 1 if there is an skb, else 0. */
static inline u32 skbcheck_bind_skb(const struct skbcheck_call *call, struct sk_buff *skb)
{
	if (!skb)
		return 0;
	skbcheck_bind(call->result, KIND_SKB, skb);
	return 1;
}

#endif /* SKBCHECK_COMMAND_H */
