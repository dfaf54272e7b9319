// SPDX-License-Identifier: MIT
/*
 * The rights and bounds of a program. user: uid 1000, then namespaces of his own as unshare(1) makes them, so that
 * whatever the program does, an ordinary user of the machine can do.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include "outside/outside.h"

#define USER_ID 1000
#define USER_MAP "0 1000 1"
#define FILES_MAX 1024
/* Mappings of a program beside those of init, of which frames and results are the largest. */
#define ADDRESSES_MAX_BYTES (256ul << 20)
#define FILE_MAX_BYTES (64ul << 20)
/* As Debian and systemd have it. */
#define LOCKED_MAX_BYTES (8ul << 20)
/* The kernel's threads of io_uring count too. */
#define THREADS_MAX 64

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int error = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		error = -errno;
	close(fd);
	return error;
}

static void limit(int resource, rlim_t most)
{
	struct rlimit bounds = { most, most };

	setrlimit(resource, &bounds);
}

static int become_user(void)
{
	int error;

	if (setgroups(0, NULL) || setresgid(USER_ID, USER_ID, USER_ID) || setresuid(USER_ID, USER_ID, USER_ID))
		return -errno;
	/* Else /proc/self belongs to root. */
	prctl(PR_SET_DUMPABLE, 1);
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC))
		return -errno;
	error = write_file("/proc/self/setgroups", "deny");
	if (!error)
		error = write_file("/proc/self/uid_map", USER_MAP);
	if (!error)
		error = write_file("/proc/self/gid_map", USER_MAP);
	return error;
}

int outside_take_rights(uint32_t level)
{
	void *arena;
	int error = 0;

	setsid();
	/* When memory runs out, the kernel ends the program, not init. */
	write_file("/proc/self/oom_score_adj", "1000");
	limit(RLIMIT_NOFILE, FILES_MAX);
	limit(RLIMIT_AS, ADDRESSES_MAX_BYTES);
	limit(RLIMIT_FSIZE, FILE_MAX_BYTES);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_MEMLOCK, LOCKED_MAX_BYTES);
	limit(RLIMIT_NPROC, THREADS_MAX);
	arena = mmap((void *)OUTSIDE_ARENA, OUTSIDE_ARENA_BYTES, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
	if (arena != (void *)OUTSIDE_ARENA)
		return -ENOMEM;
	if (level == OUTSIDE_LEVEL_USER)
		error = become_user();
	else if (unshare(CLONE_NEWNET | CLONE_NEWIPC))
		error = -errno;
	return error;
}
