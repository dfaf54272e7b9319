// SPDX-License-Identifier: MIT
/*
 * Warnings of the kernel, from /dev/kmsg: a record is "PRIORITY,SEQUENCE,TIME,FLAGS;TEXT\n", then lines " KEY=VALUE"
 * (Documentation/ABI/testing/dev-kmsg).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "outside/outside.h"

#define LOG_FD 1010
#define RECORD_MAX_BYTES 8192
/* KERN_WARNING, and the bits below the facility. */
#define LEVEL_MAX 4
#define LEVEL_BITS 7

static bool is_open;

void outside_open_log(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return;
	/* A number above those of programs. */
	is_open = dup3(fd, LOG_FD, O_CLOEXEC) == LOG_FD;
	close(fd);
	lseek(LOG_FD, 0, SEEK_END);
}

static size_t append_text(char *to, size_t room, const char *record)
{
	const char *text = strchr(record, ';');
	size_t bytes;

	if (!text || (strtoul(record, NULL, 10) & LEVEL_BITS) > LEVEL_MAX)
		return 0;
	text++;
	bytes = strcspn(text, "\n") + 1;
	if (bytes > room)
		return 0;
	memcpy(to, text, bytes);
	return bytes;
}

/* The rest is read too where there is no room, so that the next step does not get it. */
size_t outside_read_log(char *to, size_t room)
{
	static char record[RECORD_MAX_BYTES + 2];
	size_t used = 0;

	if (!is_open)
		return 0;
	for (;;) {
		ssize_t got = read(LOG_FD, record, RECORD_MAX_BYTES);

		/* EPIPE: records were overwritten before they were read. */
		if (got < 0 && (errno == EPIPE || errno == EINTR))
			continue;
		if (got <= 0)
			return used;
		record[got] = '\n';
		record[got + 1] = 0;
		used += append_text(to + used, room - used, record);
	}
}

static char kept[OUTSIDE_LOG_MAX_BYTES];
static size_t kept_bytes;

void outside_keep_log(void)
{
	kept_bytes += outside_read_log(kept + kept_bytes, sizeof(kept) - kept_bytes);
}

size_t outside_take_kept_log(char *to, size_t room)
{
	size_t bytes;

	outside_keep_log();
	bytes = kept_bytes < room ? kept_bytes : room;
	memcpy(to, kept, bytes);
	kept_bytes = 0;
	return bytes;
}
