// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The commands by opcode, and the check of a call's arguments. */
#include "exec/exec.h"
#include "made/command_table.h"

const struct skbcheck_command *skbcheck_find_command(u32 opcode)
{
	return opcode < SKBCHECK_OPCODES && commands[opcode].run ? &commands[opcode] : NULL;
}

static bool arg_fits(const struct arg_shape *shape, s32 value)
{
	if (shape->kind == KIND_NONE)
		return value >= shape->min && value <= shape->max;
	if (value == -1 && shape->optional)
		return true;
	return (u32)value < SKBCHECK_HANDLES && skbcheck_kinds[value] == shape->kind;
}

bool skbcheck_args_fit(const struct skbcheck_command *command, const struct skbcheck_call *call, u32 args)
{
	u32 i;

	if (args != command->args)
		return false;
	for (i = 0; i < args; i++)
		if (!arg_fits(&command->shapes[i], call->args[i]))
			return false;
	return true;
}
