// SPDX-License-Identifier: MIT
/* The distribution's modules, in the order of a list. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "outside/outside.h"

#define FAILURES_MAX 64

static struct {
	char path[64];
	int error;
} failures[FAILURES_MAX];
static unsigned int failed, loaded;
static long load_ms;

int outside_load(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int error = 0;

	if (fd < 0)
		return -errno;
	/* EEXIST is no failure: the kernel has the module built in, or it came with another. */
	if (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST)
		error = -errno;
	close(fd);
	return error;
}

void outside_load_modules(const char *list)
{
	long start_ms = outside_now_ms();
	FILE *file = fopen(list, "r");
	char line[256];

	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		int error;

		line[strcspn(line, "\n")] = 0;
		error = outside_load(line);
		/* Its file is not needed again, and lies in memory. */
		unlink(line);
		if (!error) {
			loaded++;
		} else if (failed < FAILURES_MAX) {
			snprintf(failures[failed].path, sizeof(failures[failed].path), "%.63s", line);
			failures[failed++].error = -error;
		}
	}
	fclose(file);
	load_ms = outside_now_ms() - start_ms;
}

void outside_tell_modules(struct outside_text *text)
{
	FILE *file = fopen(OUTSIDE_MISSING_LIST, "r");
	unsigned int at;
	char line[64];

	outside_say(text, "modules=%u\nload_ms=%ld\n", loaded, load_ms);
	for (at = 0; at < failed; at++)
		outside_say(text, "failure=%s: %s\n", failures[at].path, strerror(failures[at].error));
	while (file && fgets(line, sizeof(line), file))
		outside_say(text, "missing=%s", line);
	if (file)
		fclose(file);
}
