// SPDX-License-Identifier: MIT
/* Carries out the steps of a program; check.c has found it whole. */
#include <errno.h>
#include "outside/outside.h"

static bool do_call(const struct outside_syscall *call, struct outside_result *result)
{
	const struct outside_out *out = (const void *)(call + 1);
	uint32_t left;
	bool interrupted;

	result->ret = outside_call(call, &interrupted);
	if (interrupted)
		result->flags |= OUTSIDE_FLAG_INTERRUPTED;
	for (left = call->outs; left; left--, out++) {
		uint32_t bytes = out->bytes;

		if (out->up_to_return && result->ret < (int64_t)bytes)
			bytes = result->ret > 0 ? result->ret : 0;
		if (outside_add_out(result, out->at, bytes) == -ENOSPC)
			return false;
	}
	return true;
}

static bool do_memory(const struct outside_memory *memory, struct outside_result *result)
{
	void *at = (void *)memory->at;

	if (memory->step.op == OUTSIDE_OP_POKE)
		result->ret = outside_copy(at, memory + 1, memory->bytes);
	else if (memory->step.op == OUTSIDE_OP_FILL)
		result->ret = outside_fill(at, memory->bytes, memory->seed);
	else if (memory->step.op == OUTSIDE_OP_ADD)
		result->ret = outside_add(at, (const void *)*(const uint64_t *)(memory + 1), memory->seed);
	else
		result->ret = outside_add_out(result, memory->at, memory->bytes);
	return result->ret != -ENOSPC;
}

/* Carries out a step other than a repetition. */
static bool do_step(const struct outside_step *step, uint32_t number, int64_t *ret)
{
	struct outside_result *result = outside_begin_result(number);
	bool has_room;

	if (!result)
		return false;
	if (step->op == OUTSIDE_OP_SYSCALL)
		has_room = do_call((const void *)step, result);
	else
		has_room = do_memory((const void *)step, result);
	if (!has_room)
		return false;
	*ret = result->ret;
	outside_end_result(result);
	return true;
}

static const struct outside_step *next(const struct outside_step *step)
{
	return (const void *)((const uint8_t *)step + step->bytes);
}

static bool goes_on(const struct outside_repeat *repeat, int64_t ret)
{
	switch (repeat->until) {
	case OUTSIDE_UNTIL_SUCCESS:
		return ret < 0;
	case OUTSIDE_UNTIL_ERROR:
		return ret >= 0;
	default:
		return ret > 0;
	}
}

static bool do_repeat(const struct outside_repeat *repeat, uint32_t number)
{
	uint32_t round, at;
	int64_t ret = 0;

	for (round = 0; round < repeat->times && (round == 0 || goes_on(repeat, ret)); round++) {
		const struct outside_step *step = (const void *)(repeat + 1);

		/* Nothing to do is done at once. */
		ret = -1;
		for (at = 0; at < repeat->steps; at++, step = next(step))
			if (!do_step(step, number + at, &ret))
				return false;
	}
	return true;
}

bool outside_execute(const struct outside_program *program)
{
	const struct outside_step *step = (const void *)(program + 1);
	uint32_t left, number = 0;
	int64_t ret;

	for (left = program->steps; left; left--, step = next(step), number++) {
		if (step->op == OUTSIDE_OP_REPEAT) {
			if (!do_repeat((const void *)step, number + 1))
				return false;
			number += ((const struct outside_repeat *)step)->steps;
		} else if (!do_step(step, number, &ret)) {
			return false;
		}
	}
	return true;
}
