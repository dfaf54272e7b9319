// SPDX-License-Identifier: MIT
/* Runs programs one after the other, each in a child, and writes the reply. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "outside/outside.h"

#define KILL_WAIT_MS 5000

static void run_child(const struct outside_program *program)
{
	int error;

	outside_guard_memory();
	outside_prepare_calls();
	error = outside_take_rights(program->level);
	if (error) {
		outside_results->status = OUTSIDE_STATUS_REFUSED;
		outside_results->detail = -error;
	} else if (!outside_execute(program)) {
		outside_results->status = OUTSIDE_STATUS_FULL;
	}
	outside_results->has_ended = 1;
	_exit(0);
}

/*
 * The place at which a child sleeps that cannot be killed. The host sees no answer, and that is the result. Lines of
 * the file are "[<0>] FUNCTION+OFFSET/SIZE".
 */
static void tell_place(pid_t child)
{
	char path[64], text[4096], *name;
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stack", child);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	got = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	text[got > 0 ? got : 0] = 0;
	close(fd);
	fprintf(stderr, "skbcheck-init: a program cannot be killed; it is in\n%s\n", text);
	name = strstr(text, "] ");
	if (name)
		fprintf(stderr, "skbcheck: hangs in %s\n", strtok(name + 2, "+\n"));
}

/* Waits for a child. Returns false when it was killed at its limit. */
static bool wait_for(pid_t child, uint32_t limit_ms, int *status)
{
	int handle = syscall(SYS_pidfd_open, child, 0);
	struct pollfd ends = { .fd = handle, .events = POLLIN };
	bool in_time = poll(&ends, 1, limit_ms) != 0;

	if (!in_time) {
		kill(child, SIGKILL);
		if (poll(&ends, 1, KILL_WAIT_MS) == 0)
			tell_place(child);
	}
	close(handle);
	while (waitpid(child, status, 0) < 0 && errno == EINTR)
		;
	return in_time;
}

static void judge(struct outside_end *end, bool in_time, int status)
{
	uint32_t used = outside_results->used;

	end->status = outside_results->status;
	end->detail = outside_results->detail;
	if (!in_time) {
		end->status = OUTSIDE_STATUS_TIMEOUT;
	} else if (WIFSIGNALED(status)) {
		end->status = OUTSIDE_STATUS_KILLED;
		end->detail = WTERMSIG(status);
	}
	/* The program may have overwritten its results. */
	if (end->status > OUTSIDE_STATUS_FULL)
		end->status = OUTSIDE_STATUS_FULL;
	end->result_bytes = used > OUTSIDE_RESULTS_MAX_BYTES ? 0 : used & -OUTSIDE_ALIGN;
}

static size_t run_one(const struct outside_program *program, uint8_t *reply, size_t room)
{
	struct outside_end *end = (void *)reply;
	size_t bytes = sizeof(*end);
	int status = 0;
	bool in_time;
	pid_t child;

	memset(end, 0, sizeof(*end));
	memset(outside_results, 0, offsetof(struct outside_results, bytes));
	if (room < sizeof(*end) + OUTSIDE_RESULTS_MAX_BYTES + OUTSIDE_LOG_MAX_BYTES) {
		end->status = OUTSIDE_STATUS_FULL;
		return bytes;
	}
	outside_bound_namespaces();
	outside_keep_log();
	child = fork();
	if (child == 0)
		run_child(program);
	if (child < 0) {
		end->status = OUTSIDE_STATUS_REFUSED;
		end->detail = errno;
		return bytes;
	}
	in_time = wait_for(child, program->limit_ms, &status);
	judge(end, in_time, status);
	memcpy(reply + bytes, outside_results->bytes, end->result_bytes);
	bytes += end->result_bytes;
	end->log_bytes = outside_read_log((char *)reply + bytes, OUTSIDE_LOG_MAX_BYTES);
	return bytes + outside_padded(end->log_bytes);
}

int64_t outside_run(const uint8_t *request, size_t bytes, uint8_t *reply, size_t room)
{
	const struct outside_request *header = (const void *)request;
	const uint8_t *at = request + sizeof(*header);
	size_t used = sizeof(*header);
	uint32_t left;

	if (!outside_is_valid(request, bytes))
		return -EINVAL;
	/* Each program has an answer, if only that there was no room. */
	if (room < used + (size_t)header->programs * sizeof(struct outside_end))
		return -EMSGSIZE;
	memcpy(reply, header, sizeof(*header));
	for (left = header->programs; left; left--) {
		const struct outside_program *program = (const void *)at;
		size_t kept = (size_t)(left - 1) * sizeof(struct outside_end);

		used += run_one(program, reply + used, room - used - kept);
		at += sizeof(*program) + program->bytes;
	}
	return used;
}
