/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * The place in the batch that runs. The executor sets both before each command; the panic and die notifiers print
 * them, so that a crash is tied to the command that caused it.
 */
#ifndef SKBCHECK_PLACE_H
#define SKBCHECK_PLACE_H

#include <linux/types.h>

extern u32 skbcheck_program;
extern u32 skbcheck_command;

#endif /* SKBCHECK_PLACE_H */
