// SPDX-License-Identifier: MIT
#include <stdarg.h>
#include <stdio.h>
#include "outside/outside.h"

void outside_say(struct outside_text *text, const char *format, ...)
{
	size_t left = text->room - text->used;
	va_list args;
	int bytes;

	va_start(args, format);
	bytes = vsnprintf(text->to + text->used, left, format, args);
	va_end(args);
	if (bytes > 0 && (size_t)bytes < left)
		text->used += bytes;
}
