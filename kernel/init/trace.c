// SPDX-License-Identifier: MIT
/* Files of tracefs, and BPF programs at trace events. Nothing of it exists until the host asks for it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "init/trace.h"

#define TRACEFS "/sys/kernel/tracing"
#define SYMBOLS "/proc/kallsyms"
#define PATH_MAX_BYTES 256
#define INSN_BYTES 8
/* Descriptors above those of programs and of the log. */
#define FIRST_EVENT_FD 1011
#define EVENTS_MAX 12

static int event_fds;

/* The path at the start of a request; NULL: it is none, or of a file that is not for the host. */
static const char *path_of(const uint8_t *request, size_t bytes, size_t *path_bytes)
{
	const char *path = (const char *)request;

	*path_bytes = strnlen(path, bytes < PATH_MAX_BYTES ? bytes : PATH_MAX_BYTES);
	if (*path_bytes == bytes || path[*path_bytes] || strstr(path, ".."))
		return NULL;
	if (strcmp(path, SYMBOLS) && strncmp(path, TRACEFS "/", sizeof(TRACEFS)))
		return NULL;
	if (access(TRACEFS "/trace", F_OK))
		mount("tracefs", TRACEFS, "tracefs", 0, NULL);
	return path;
}

int64_t trace_write(const uint8_t *request, size_t bytes)
{
	size_t path_bytes;
	const char *path = path_of(request, bytes, &path_bytes);
	int64_t status = 0;
	int fd;

	if (!path || !strcmp(path, SYMBOLS))
		return -EINVAL;
	bytes -= path_bytes + 1;
	/* O_APPEND: else kprobe_events would forget the probes that it has. */
	fd = open(path, O_WRONLY | O_CLOEXEC | (bytes ? O_APPEND : O_TRUNC));
	if (fd < 0)
		return -errno;
	if (bytes && write(fd, path + path_bytes + 1, bytes) != (ssize_t)bytes)
		status = errno ? -errno : -EIO;
	close(fd);
	return status;
}

int64_t trace_read(const uint8_t *request, size_t bytes, uint8_t *reply, size_t room)
{
	size_t path_bytes, used = 0;
	const char *path = path_of(request, bytes, &path_bytes);
	int fd;

	if (!path)
		return -EINVAL;
	/* trace_pipe would wait for more. */
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (used < room) {
		ssize_t got = read(fd, reply + used, room - used);

		if (got <= 0)
			break;
		used += got;
	}
	close(fd);
	return used;
}

static int load_program(const uint8_t *insns, size_t bytes)
{
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_KPROBE,
		.insns = (uintptr_t)insns,
		.insn_cnt = bytes / INSN_BYTES,
		.license = (uintptr_t)"GPL",
	};

	return syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
}

static int open_event(uint32_t number)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = number,
		.sample_period = 1,
	};

	return syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
}

static int64_t keep(int event, int program)
{
	int kept = FIRST_EVENT_FD + event_fds;

	if (ioctl(event, PERF_EVENT_IOC_SET_BPF, program) || ioctl(event, PERF_EVENT_IOC_ENABLE, 0))
		return -errno;
	if (dup3(event, kept, O_CLOEXEC) != kept)
		return -errno;
	event_fds++;
	return 0;
}

int64_t trace_attach(const uint8_t *request, size_t bytes)
{
	int program, event;
	uint32_t number;
	int64_t status;

	if (bytes == 0) {
		while (event_fds)
			close(FIRST_EVENT_FD + --event_fds);
		return 0;
	}
	if (bytes < 2 * sizeof(number) || bytes % INSN_BYTES || event_fds == EVENTS_MAX)
		return -EINVAL;
	memcpy(&number, request, sizeof(number));
	program = load_program(request + INSN_BYTES, bytes - INSN_BYTES);
	if (program < 0)
		return -errno;
	event = open_event(number);
	status = event < 0 ? -errno : keep(event, program);
	if (event >= 0)
		close(event);
	close(program);
	return status;
}
