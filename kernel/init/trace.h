/* SPDX-License-Identifier: MIT */
/* The kernel's tracing, as the host uses it: src/protocol/tracing.ts has the messages. */
#ifndef SKBCHECK_TRACE_H
#define SKBCHECK_TRACE_H

#include <stddef.h>
#include <stdint.h>

/* Writes a text to a file of tracefs: the path, a zero, the text. 0 or minus errno. */
int64_t trace_write(const uint8_t *request, size_t bytes);
/* Reads a file from its start; what has no room is left out. Returns the bytes, or minus errno. */
int64_t trace_read(const uint8_t *request, size_t bytes, uint8_t *reply, size_t room);
/*
 * Runs a BPF program at a trace event: u32 number of the event, u32 0, the instructions. No instructions: removes all
 * programs. 0 or minus errno.
 */
int64_t trace_attach(const uint8_t *request, size_t bytes);

#endif
