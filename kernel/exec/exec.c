// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Executes the binary form of programs: decodes calls, makes them in the context they ask for, and
 * answers what each returned, how the world looks after it, and whether the kernel complained.
 *
 * request: programs, flags, observed program, observed call; for each program: calls; for each call:
 *          opcode | arguments << 16, result, fail | context << 16, arguments...
 * reply:   for each program: calls; for each call: returned, digest, splats;
 *          with OBSERVE: words of the observation after the observed call, the words
 */
#include <linux/bottom_half.h>
#include <linux/sched.h>
#include "link/link.h"
#include "core/objects.h"

#define FLAG_OBSERVE 1u
#define FLAG_CONTINUE 2u
#define OPCODES 512
#define CALL_WORDS 3 /* before its arguments */
#define CALL_REPLY_WORDS 3

/* Where a request is read, and where the reply to it is written. */
struct batch {
	const u32 *in;
	const u32 *in_end;
	u32 *out;
	u32 *out_end;
	const u32 *observed; /* words of the observation asked for */
	u32 observed_words;
	u32 observe_program;
	u32 observe_call;
	u32 *observation;
};

static const struct skbcheck_command *commands[OPCODES];

/* What a number of a command may be; the numbers of one command follow each other. */
struct number_range {
	u16 opcode;
	s32 min;
	s32 max;
};

static const struct number_range ranges[] = {
#include "skbcheck_ranges.h"
};

/* By opcode: the range of its first number. */
static const struct number_range *first_range[OPCODES];

static enum skbcheck_kind kind_of_letter(char letter)
{
	switch (letter | 0x20) {
	case 's':
		return KIND_SKB;
	case 'p':
		return KIND_PAGE;
	case 'o':
		return KIND_POOL;
	case 'd':
		return KIND_DEVICE;
	case 'k':
		return KIND_SOCK;
	case 'u':
		return KIND_UARG;
	case 'c':
		return KIND_FRAG_CACHE;
	case 'm':
		return KIND_MAPPING;
	}
	return skbcheck_system_kind(letter | 0x20);
}

static bool may_be_left_out(char letter)
{
	return !(letter & 0x20);
}

static bool args_fit(const struct skbcheck_command *command, const struct skbcheck_call *call, u32 args)
{
	const struct number_range *range = first_range[command->opcode];
	const char *letters = command->args;
	u32 i;

	for (i = 0; letters[i]; i++) {
		if (i >= args)
			return false;
		if (letters[i] == 'i') {
			if (call->args[i] < range->min || call->args[i] > range->max)
				return false;
			range++;
			continue;
		}
		if (call->args[i] == -1 && may_be_left_out(letters[i]))
			continue;
		if ((u32)call->args[i] >= SKBCHECK_HANDLES ||
		    skbcheck_kinds[call->args[i]] != kind_of_letter(letters[i]))
			return false;
	}
	return i == args;
}

/* A result without a name goes to a slot behind the handles. */
static bool result_fits(const struct skbcheck_command *command, struct skbcheck_call *call)
{
	if (!command->result)
		return call->result == SKBCHECK_NO_HANDLE;
	if (call->result == SKBCHECK_NO_HANDLE) {
		if (skbcheck_nameless == SKBCHECK_NAMELESS)
			return false;
		call->result = SKBCHECK_HANDLES + skbcheck_nameless++;
		return true;
	}
	return call->result < SKBCHECK_HANDLES && !skbcheck_kinds[call->result];
}

static u32 run_in_context(const struct skbcheck_command *command, const struct skbcheck_call *call)
{
	u32 returned;

	if (call->context != CONTEXT_PROCESS) {
		local_bh_disable();
		skbcheck_pool_context(call->context);
	}
	if (call->fail)
		skbcheck_fault_arm(call->fail);
	returned = command->run(call);
	if (call->fail)
		skbcheck_fault_disarm();
	if (call->context != CONTEXT_PROCESS) {
		skbcheck_pool_context(CONTEXT_PROCESS);
		local_bh_enable();
	}
	return returned;
}

static u32 make_call(const struct skbcheck_command *command, struct skbcheck_call *call, u32 args)
{
	if (!command)
		return SKBCHECK_NO_COMMAND;
	if (!args_fit(command, call, args) || !result_fits(command, call) || call->context > CONTEXT_NAPI)
		return SKBCHECK_BAD_CALL;
	if (call->fail && !skbcheck_fault_able())
		return SKBCHECK_UNSUPPORTED;
	return run_in_context(command, call);
}

/* Reads the next call; false where the request ends too early. */
static bool read_call(struct batch *batch, struct skbcheck_call *call, u32 *opcode, u32 *args)
{
	u32 i;

	if (batch->in_end - batch->in < CALL_WORDS)
		return false;
	*opcode = batch->in[0] & 0xffff;
	*args = batch->in[0] >> 16;
	call->result = batch->in[1];
	call->fail = batch->in[2] & 0xffff;
	call->context = batch->in[2] >> 16;
	batch->in += 3;
	if (*args > SKBCHECK_ARGS_MAX || batch->in_end - batch->in < *args)
		return false;
	for (i = 0; i < *args; i++)
		call->args[i] = batch->in[i];
	batch->in += *args;
	return true;
}

static void keep_observation(struct batch *batch, const u32 *words, u32 count)
{
	if (skbcheck_program != batch->observe_program || skbcheck_command != batch->observe_call)
		return;
	/* The buffer of words is used again for the next call, so the copy goes to the end of the reply. */
	if (batch->out_end - batch->out <= count)
		return;
	batch->out_end -= count;
	memcpy(batch->out_end, words, count * sizeof(u32));
	batch->observation = batch->out_end;
	batch->observed_words = count;
}

static bool run_call(struct batch *batch)
{
	const struct skbcheck_command *command;
	struct skbcheck_call call;
	u32 opcode, args, splats, count;
	const u32 *words;

	if (!read_call(batch, &call, &opcode, &args) || batch->out_end - batch->out < CALL_REPLY_WORDS)
		return false;
	command = opcode < OPCODES ? commands[opcode] : NULL;
	splats = skbcheck_splat_count();
	batch->out[0] = make_call(command, &call, args);
	batch->out[1] = skbcheck_observe(&call, command ? command->args : "", &words, &count);
	batch->out[2] = skbcheck_splat_count() - splats;
	batch->out += CALL_REPLY_WORDS;
	if (unlikely(batch->observe_program != SKBCHECK_NO_HANDLE))
		keep_observation(batch, words, count);
	return true;
}

static bool run_program(struct batch *batch)
{
	u32 calls, i;

	if (batch->in >= batch->in_end || batch->out >= batch->out_end)
		return false;
	calls = *batch->in++;
	*batch->out++ = calls;
	for (i = 0; i < calls; i++) {
		skbcheck_command = i;
		if (!run_call(batch))
			return false;
	}
	return true;
}

static int finish(struct batch *batch, u32 *out, u32 flags)
{
	if (flags & FLAG_OBSERVE) {
		if (batch->out >= batch->out_end)
			return -ENOSPC;
		*batch->out++ = batch->observed_words;
		memmove(batch->out, batch->observation, batch->observed_words * sizeof(u32));
		batch->out += batch->observed_words;
	}
	return batch->out - out;
}

/* A request that ends too early is refused before anything of it runs: half a program is one that no caller may make. */
static bool is_whole(const u32 *in, const u32 *end, u32 programs)
{
	u32 calls, args;

	while (programs--) {
		if (in >= end)
			return false;
		for (calls = *in++; calls; calls--) {
			if (end - in < CALL_WORDS)
				return false;
			args = in[0] >> 16;
			in += CALL_WORDS;
			if (args > SKBCHECK_ARGS_MAX || end - in < args)
				return false;
			in += args;
		}
	}
	return true;
}

static int run_programs(const u32 *in, u32 in_words, u32 *out, u32 out_cap_words)
{
	struct batch batch = {
		.in = in + 4, .in_end = in + in_words, .out = out, .out_end = out + out_cap_words,
		.observation = out, .observe_program = SKBCHECK_NO_HANDLE,
	};
	u32 programs, flags, i;

	if (in_words < 4)
		return -EINVAL;
	programs = in[0];
	flags = in[1];
	if (!is_whole(batch.in, batch.in_end, programs))
		return -EINVAL;
	if (flags & FLAG_OBSERVE) {
		batch.observe_program = in[2];
		batch.observe_call = in[3];
	}
	for (i = 0; i < programs; i++) {
		skbcheck_program = i;
		skbcheck_command = SKBCHECK_NO_HANDLE; /* what the last program left is being cleared away */
		if (i || !(flags & FLAG_CONTINUE))
			skbcheck_world_reset();
		if (!run_program(&batch))
			return -EINVAL;
		cond_resched();
	}
	return finish(&batch, out, flags);
}

int skbcheck_exec(const u32 *in, u32 in_words, u32 *out, u32 out_cap_words)
{
	int words;

	skbcheck_fault_program(true);
	words = run_programs(in, in_words, out, out_cap_words);
	skbcheck_fault_program(false);
	return words;
}

static void learn_commands(const struct skbcheck_command *table)
{
	for (; table->run; table++)
		commands[table->opcode] = table;
}

/* The host declares as many numbers of each command as the module takes, so that args_fit() stays within a command's own. */
static bool learn_ranges(void)
{
	u32 opcode, numbers, i;
	const char *letter;

	for (i = ARRAY_SIZE(ranges); i--;)
		if (ranges[i].opcode < OPCODES)
			first_range[ranges[i].opcode] = &ranges[i];
	for (opcode = 0; opcode < OPCODES; opcode++) {
		if (!commands[opcode])
			continue;
		numbers = 0;
		for (i = 0; i < ARRAY_SIZE(ranges); i++)
			numbers += ranges[i].opcode == opcode;
		for (letter = commands[opcode]->args; *letter; letter++)
			numbers -= *letter == 'i';
		if (numbers) {
			pr_err("skbcheck: the host declares other numbers of command %u\n", opcode);
			return false;
		}
	}
	return true;
}

int skbcheck_exec_start(void)
{
	int error = skbcheck_world_start();

	if (error)
		return error;
	error = skbcheck_observe_start();
	if (error)
		goto no_observe;
	error = skbcheck_dma_start();
	if (error)
		goto no_dma;
	error = skbcheck_fault_start();
	if (error)
		goto no_fault;
	skbcheck_life_start();
	skbcheck_transform_start();
	learn_commands(skbcheck_page_commands);
	learn_commands(skbcheck_dma_commands);
	learn_commands(skbcheck_pool_commands);
	learn_commands(skbcheck_skb_alloc_commands);
	learn_commands(skbcheck_skb_life_commands);
	learn_commands(skbcheck_skb_transform_commands);
	learn_commands(skbcheck_zerocopy_commands);
	learn_commands(skbcheck_sock_commands);
	learn_commands(skbcheck_abuse_commands);
	error = skbcheck_systems_start(learn_commands);
	if (error)
		goto no_systems;
	if (!learn_ranges()) {
		error = -EPROTO;
		goto no_ranges;
	}
	return 0;

no_ranges:
	skbcheck_systems_stop();
no_systems:
	skbcheck_fault_stop();
no_fault:
	skbcheck_dma_stop();
no_dma:
	skbcheck_observe_stop();
no_observe:
	skbcheck_world_stop();
	return error;
}

void skbcheck_exec_stop(void)
{
	skbcheck_world_reset();
	skbcheck_systems_stop();
	skbcheck_fault_stop();
	skbcheck_dma_stop();
	skbcheck_observe_stop();
	skbcheck_world_stop();
}
