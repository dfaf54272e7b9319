// SPDX-License-Identifier: MIT
/* Whether a request is whole. The steps of a repetition repeat nothing themselves. */
#include "outside/outside.h"

static bool are_steps(const uint8_t *at, size_t bytes, uint32_t steps, bool may_repeat);

static bool is_step(const struct outside_step *step, bool may_repeat)
{
	const struct outside_syscall *call = (const void *)step;
	const struct outside_memory *memory = (const void *)step;
	const struct outside_repeat *repeat = (const void *)step;

	switch (step->op) {
	case OUTSIDE_OP_SYSCALL:
		return step->bytes >= sizeof(*call) &&
		       (step->bytes - sizeof(*call)) / sizeof(struct outside_out) == call->outs &&
		       (step->bytes - sizeof(*call)) % sizeof(struct outside_out) == 0;
	case OUTSIDE_OP_POKE:
		return step->bytes >= sizeof(*memory) &&
		       outside_padded(memory->bytes) == step->bytes - sizeof(*memory);
	case OUTSIDE_OP_ADD:
		return step->bytes == sizeof(*memory) + sizeof(uint64_t);
	case OUTSIDE_OP_FILL:
	case OUTSIDE_OP_PEEK:
		return step->bytes == sizeof(*memory);
	case OUTSIDE_OP_REPEAT:
		return may_repeat && step->bytes >= sizeof(*repeat) &&
		       are_steps((const uint8_t *)(repeat + 1), step->bytes - sizeof(*repeat), repeat->steps, false);
	default:
		return false;
	}
}

static bool are_steps(const uint8_t *at, size_t bytes, uint32_t steps, bool may_repeat)
{
	for (; steps; steps--) {
		const struct outside_step *step = (const void *)at;

		if (bytes < sizeof(*step) || step->bytes > bytes || step->bytes % OUTSIDE_ALIGN)
			return false;
		if (!is_step(step, may_repeat))
			return false;
		at += step->bytes;
		bytes -= step->bytes;
	}
	return bytes == 0;
}

bool outside_is_valid(const uint8_t *request, size_t bytes)
{
	const struct outside_request *header = (const void *)request;
	const uint8_t *at = request + sizeof(*header);
	uint32_t left;

	if (bytes < sizeof(*header))
		return false;
	bytes -= sizeof(*header);
	for (left = header->programs; left; left--) {
		const struct outside_program *program = (const void *)at;

		if (bytes < sizeof(*program) || program->bytes > bytes - sizeof(*program))
			return false;
		if (program->level > OUTSIDE_LEVEL_USER)
			return false;
		at += sizeof(*program);
		bytes -= sizeof(*program);
		if (!are_steps(at, program->bytes, program->steps, true))
			return false;
		at += program->bytes;
		bytes -= program->bytes;
	}
	return bytes == 0;
}
