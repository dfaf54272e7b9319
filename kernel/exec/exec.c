// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Executes the binary form of programs: decodes calls, and makes them in the context that they ask for. The answer to
 * each call has the returned number, the world after the call, and whether the kernel complained. src/protocol/exec.ts
 * has the words.
 */
#include <linux/bottom_half.h>
#include <linux/sched.h>
#include "core/command.h"
#include "core/place.h"
#include "exec/exec.h"
#include "fault/fault.h"
#include "page_pool/page_pool.h"
#include "splat/splat.h"

/* The place in the batch that runs. */
u32 skbcheck_program;
u32 skbcheck_command;

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
	if (!skbcheck_args_fit(command, call, args) || !result_fits(command, call) || call->context > CONTEXT_NAPI)
		return SKBCHECK_BAD_CALL;
	if (call->fail && !skbcheck_fault_able())
		return SKBCHECK_UNSUPPORTED;
	return run_in_context(command, call);
}

/* Reads the next call; false where the request ends too early. */
static bool read_call(struct batch *batch, struct skbcheck_call *call, u32 *opcode, u32 *args)
{
	u32 i;

	if (batch->in_end - batch->in < SKBCHECK_CALL_WORDS)
		return false;
	*opcode = batch->in[0] & 0xffff;
	*args = batch->in[0] >> 16;
	call->result = batch->in[1];
	call->fail = batch->in[2] & 0xffff;
	call->context = batch->in[2] >> 16;
	batch->in += SKBCHECK_CALL_WORDS;
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

	if (!read_call(batch, &call, &opcode, &args) || batch->out_end - batch->out < SKBCHECK_CALL_REPLY_WORDS)
		return false;
	command = skbcheck_find_command(opcode);
	splats = skbcheck_splat_count();
	batch->out[0] = make_call(command, &call, args);
	batch->out[1] = skbcheck_observe(&call, command, &words, &count);
	batch->out[2] = skbcheck_splat_count() - splats;
	batch->out += SKBCHECK_CALL_REPLY_WORDS;
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
	if (flags & SKBCHECK_FLAG_OBSERVE) {
		if (batch->out >= batch->out_end)
			return -ENOSPC;
		*batch->out++ = batch->observed_words;
		memmove(batch->out, batch->observation, batch->observed_words * sizeof(u32));
		batch->out += batch->observed_words;
	}
	return batch->out - out;
}

/* A request that ends too early is refused before any of its calls runs, because no caller may make half a program. */
static bool is_whole(const u32 *in, const u32 *end, u32 programs)
{
	u32 calls, args;

	while (programs--) {
		if (in >= end)
			return false;
		for (calls = *in++; calls; calls--) {
			if (end - in < SKBCHECK_CALL_WORDS)
				return false;
			args = in[0] >> 16;
			in += SKBCHECK_CALL_WORDS;
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
		.in = in + SKBCHECK_REQUEST_HEADER_WORDS, .in_end = in + in_words,
		.out = out, .out_end = out + out_cap_words,
		.observation = out, .observe_program = SKBCHECK_NO_HANDLE,
	};
	u32 programs, flags, i;

	if (in_words < SKBCHECK_REQUEST_HEADER_WORDS)
		return -EINVAL;
	programs = in[0];
	flags = in[1];
	if (!is_whole(batch.in, batch.in_end, programs))
		return -EINVAL;
	if (flags & SKBCHECK_FLAG_OBSERVE) {
		batch.observe_program = in[2];
		batch.observe_call = in[3];
	}
	for (i = 0; i < programs; i++) {
		skbcheck_program = i;
		skbcheck_command = SKBCHECK_NO_HANDLE; /* the last program is being cleared away */
		if (i || !(flags & SKBCHECK_FLAG_CONTINUE))
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

int skbcheck_exec_start(void)
{
	int error = skbcheck_observation_start();

	if (error)
		return error;
	error = skbcheck_systems_start();
	if (error)
		skbcheck_observation_stop();
	return error;
}

void skbcheck_exec_stop(void)
{
	skbcheck_world_reset();
	skbcheck_systems_stop();
	skbcheck_observation_stop();
}
