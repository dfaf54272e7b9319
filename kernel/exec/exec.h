/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* The executor of programs. */
#ifndef SKBCHECK_EXEC_H
#define SKBCHECK_EXEC_H

#include "core/command.h"

/*
 * Executes the binary form of programs. Called in process context with nothing held.
 * Returns the words written to out, or a negative errno.
 */
int skbcheck_exec(const u32 *in, u32 in_words, u32 *out, u32 out_cap_words);
int skbcheck_exec_start(void);
void skbcheck_exec_stop(void);

/* An argument of a command: a handle of a kind, or a number of a range. */
struct arg_shape {
	u8 kind; /* enum skbcheck_kind; KIND_NONE: a number */
	bool optional; /* the handle may be -1 */
	s32 min;
	s32 max;
};

struct skbcheck_command {
	u32 (*run)(const struct skbcheck_call *call);
	const struct arg_shape *shapes;
	u8 args;
	u8 result; /* enum skbcheck_kind that the result's handle will hold */
	u16 hashed_args; /* bits of the arguments whose bytes are hashed into the observation */
};

/* ---- command_table.c ---- */
/* Returns NULL where no command has the opcode. */
const struct skbcheck_command *skbcheck_find_command(u32 opcode);
/* Returns whether the arguments have the command's kinds and ranges. */
bool skbcheck_args_fit(const struct skbcheck_command *command, const struct skbcheck_call *call, u32 args);

/* ---- observation.c ---- */
int skbcheck_observation_start(void);
void skbcheck_observation_stop(void);
/* Digest of every live object. The command says whose bytes are hashed too; it may be NULL. */
u32 skbcheck_observe(const struct skbcheck_call *call, const struct skbcheck_command *command, const u32 **words,
		     u32 *word_count);

/* ---- systems.c ---- */
int skbcheck_systems_start(void);
void skbcheck_systems_stop(void);
void skbcheck_systems_reset(void);

/* ---- world_reset.c ---- */
/* Releases all that the program left, as well as it can, so that the next one finds an empty world. */
void skbcheck_world_reset(void);

#endif /* SKBCHECK_EXEC_H */
