/*
 * Steps of a program of system calls. Buffers lie at fixed addresses and descriptors have fixed numbers, so that the
 * calls below are constants. Needs an x86-64 kernel and a C library, and nothing else.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define USER_ID 1000
#define AGAIN_US 20000
#define NO_SEEN INT64_MIN
#define SHOWN_BYTES 64

static int asked, alike;

static void on_alarm(int number)
{
	(void)number;
}

/* A call that sleeps for longer than its limit ends with EINTR. */
static inline void set_alarm(unsigned int after_ms)
{
	struct itimerval limit = {
		.it_value = { after_ms / 1000, after_ms % 1000 * 1000 },
		.it_interval = { 0, after_ms ? AGAIN_US : 0 },
	};

	setitimer(ITIMER_REAL, &limit, NULL);
}

/* Gives a descriptor its fixed number. */
static inline int64_t move(int64_t from, int to)
{
	if (from < 0 || from == to)
		return from;
	if (dup2(from, to) < 0)
		return -errno;
	close(from);
	return to;
}

/* Gives the two descriptors that a call wrote to an address their numbers. */
static inline void move_pair(void *at, int first, int second)
{
	int fds[2];

	memcpy(fds, at, sizeof(fds));
	fds[0] = move(fds[0], first);
	fds[1] = move(fds[1], second);
	memcpy(at, fds, sizeof(fds));
}

static inline int64_t call(unsigned int limit_ms, long number, const uint64_t args[6])
{
	int64_t ret;

	set_alarm(limit_ms);
	ret = syscall(number, args[0], args[1], args[2], args[3], args[4], args[5]);
	if (ret == -1)
		ret = -errno;
	set_alarm(0);
	return ret;
}

/* Prints an answer. seen: the answer of the kernel that has the bug, or NO_SEEN. */
static inline int64_t told(const char *name, int64_t ret, int64_t seen)
{
	printf("      %s = %lld%s%s%s", name, (long long)ret, ret < 0 ? " (" : "", ret < 0 ? strerror(-ret) : "",
	       ret < 0 ? ")" : "");
	if (seen != NO_SEEN) {
		asked++;
		alike += ret == seen;
		if (ret != seen)
			printf(", and %lld where the bug was seen", (long long)seen);
	}
	printf("\n");
	return ret;
}

/* Prints memory. seen: the bytes where the bug was seen, or NULL. */
static inline void show(const char *name, uint64_t at, int64_t bytes, const char *seen)
{
	const uint8_t *from = (const uint8_t *)at;
	int64_t i;

	printf("      %s:", name);
	for (i = 0; i < bytes && i < SHOWN_BYTES; i++)
		printf(" %02x", from[i]);
	if (bytes > SHOWN_BYTES)
		printf(" ... (%lld bytes)", (long long)bytes);
	if (seen) {
		bool same = bytes <= 0 || !memcmp(from, seen, bytes);

		asked++;
		alike += same;
		if (!same)
			printf(", and others where the bug was seen");
	}
	printf("\n");
}

static inline void fill(uint64_t at, size_t bytes, uint32_t state)
{
	uint8_t *to = (uint8_t *)at;
	size_t i;

	for (i = 0; i < bytes; i++) {
		state = state * PATTERN_FACTOR + PATTERN_INCREMENT;
		to[i] = state >> 24;
	}
}

static inline void poke(uint64_t at, const void *from, size_t bytes)
{
	memcpy((void *)at, from, bytes);
}

static inline void add(uint64_t to, uint64_t from, uint32_t plus)
{
	*(volatile uint32_t *)to = *(const volatile uint32_t *)from + plus;
}

static inline void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0) {
		perror(path);
		exit(2);
	}
	close(fd);
}

/* An ordinary user in user, network and IPC namespaces of his own, as unshare(1) makes them. */
static inline void become_user(void)
{
	char map[32];
	uid_t user;
	gid_t group;

	if (getuid() == 0 && (setgroups(0, NULL) || setresgid(USER_ID, USER_ID, USER_ID) ||
			      setresuid(USER_ID, USER_ID, USER_ID)))
		perror("setresuid");
	user = getuid();
	group = getgid();
	prctl(PR_SET_DUMPABLE, 1);
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC)) {
		perror("unshare: may users of this machine have namespaces of their own?");
		exit(2);
	}
	write_file("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %u 1", user);
	write_file("/proc/self/uid_map", map);
	snprintf(map, sizeof(map), "0 %u 1", group);
	write_file("/proc/self/gid_map", map);
}

static inline void become_root(void)
{
	if (unshare(CLONE_NEWNET | CLONE_NEWIPC)) {
		perror("unshare: this program needs root");
		exit(2);
	}
}

static inline void prepare(void)
{
	struct sigaction action = { .sa_handler = on_alarm };
	void *arena;

	setvbuf(stdout, NULL, _IOLBF, 0);
	sigaction(SIGALRM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGIO, SIG_IGN);
	signal(SIGURG, SIG_IGN);
	arena = mmap((void *)ARENA, ARENA_BYTES, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
	if (arena != (void *)ARENA) {
		perror("mmap");
		exit(2);
	}
}
