// SPDX-License-Identifier: MIT
/* The kernel's counters when no program runs. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "outside/outside.h"

#define SLAB "/sys/kernel/slab/"

static const char *const caches[] = {
#define NAME(name) name,
	OUTSIDE_COUNTED_CACHES(NAME)
};

static size_t read_text(const char *path, char *to, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	to[0] = 0;
	if (fd < 0)
		return 0;
	got = read(fd, to, room - 1);
	close(fd);
	to[got > 0 ? got : 0] = 0;
	return got > 0 ? got : 0;
}

/* Exact once the cache is shrunk: objects of a CPU's slabs count as used before. -1: there is no such cache. */
long outside_objects_of(const char *cache)
{
	char path[128], text[64];
	int fd;

	snprintf(path, sizeof(path), SLAB "%s/shrink", cache);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (write(fd, "1\n", 2) < 0)
		perror("skbcheck-init: cannot shrink a cache");
	close(fd);
	snprintf(path, sizeof(path), SLAB "%s/objects", cache);
	return read_text(path, text, sizeof(text)) ? strtol(text, NULL, 10) : -1;
}

long outside_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/*
 * Objects that are freed after a grace period are still counted. Newer kernels collect them in a sheaf, which the first
 * shrink hands over to RCU (mm/slub.c of 7.2, pcs_flush_all); cleanup_net waits for that (rcu_barrier).
 */
static void let_rcu_free(long end_ms)
{
	size_t at;

	for (at = 0; at < sizeof(caches) / sizeof(*caches); at++)
		outside_objects_of(caches[at]);
	outside_settle_namespaces(end_ms);
}

static void say_slabs(struct outside_text *text)
{
	size_t at;

	for (at = 0; at < sizeof(caches) / sizeof(*caches); at++) {
		long objects = outside_objects_of(caches[at]);

		if (objects >= 0)
			outside_say(text, "slab.%s=%ld\n", caches[at], objects);
	}
}

/* Lines "NAME: KEY VALUE KEY VALUE". */
static void say_sockstat(struct outside_text *text, const char *path)
{
	char all[4096], *line, *rest;

	read_text(path, all, sizeof(all));
	for (line = strtok_r(all, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		char *word, *words, *name = strtok_r(line, ": ", &words), *key = NULL;

		while ((word = strtok_r(NULL, " ", &words))) {
			if (key)
				outside_say(text, "sockstat.%s.%s=%s\n", name, key, word);
			key = key ? NULL : word;
		}
	}
}

/* Lines "NAME VALUE" or "NAME:   VALUE kB"; those that are wanted. */
static void say_lines(struct outside_text *text, const char *path, const char *kind, const char *const *wanted)
{
	static char all[32768];
	char *line, *rest;

	read_text(path, all, sizeof(all));
	for (line = strtok_r(all, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		char *words, *name = strtok_r(line, ": ", &words), *value = strtok_r(NULL, " ", &words);
		const char *const *each;

		for (each = wanted; value && *each; each++)
			if (!strcmp(*each, name))
				outside_say(text, "%s.%s=%s\n", kind, name, value);
	}
}

int64_t outside_state(uint32_t wait_ms, char *reply, size_t room)
{
	static const char *const vmstat[] = { "nr_foll_pin_acquired", "nr_foll_pin_released", "nr_free_pages",
					      "oom_kill", NULL };
	static const char *const meminfo[] = { "MemFree", "MemAvailable", "Slab", "SUnreclaim", "Shmem",
					       "PageTables", "AnonPages", NULL };
	struct outside_text text = { .to = reply, .room = room };
	long start_ms = outside_now_ms();
	static char log[OUTSIDE_LOG_MAX_BYTES + 1];
	char *line, *rest;
	bool quiet = outside_wait_for_quiet(wait_ms);

	if (quiet)
		let_rcu_free(start_ms + wait_ms);
	outside_say(&text, "quiet=%d\nwaited_ms=%ld\n", quiet, outside_now_ms() - start_ms);
	say_slabs(&text);
	say_sockstat(&text, "/proc/net/sockstat");
	say_sockstat(&text, "/proc/net/sockstat6");
	say_lines(&text, "/proc/vmstat", "vmstat", vmstat);
	say_lines(&text, "/proc/meminfo", "meminfo", meminfo);
	outside_say(&text, "took_ms=%ld\n", outside_now_ms() - start_ms);
	log[outside_take_kept_log(log, sizeof(log) - 1)] = 0;
	for (line = strtok_r(log, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		outside_say(&text, "log=%s\n", line);
	return text.used;
}
