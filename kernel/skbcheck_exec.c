// SPDX-License-Identifier: MIT OR GPL-2.0
/* Executes programs. A stub until the commands come: it accepts anything and answers nothing. */
#include "skbcheck_link.h"

int skbcheck_exec(const u32 *in, u32 in_words, u32 *out, u32 out_cap_words)
{
	return 0;
}

int skbcheck_exec_start(void)
{
	return 0;
}

void skbcheck_exec_stop(void)
{
}
