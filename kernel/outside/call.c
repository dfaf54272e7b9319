// SPDX-License-Identifier: MIT
/* One system call: its limit, and the numbers that its descriptors get. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>
#include "outside/outside.h"

/* A signal that came just before the call went to sleep would be lost, so it comes again. */
#define AGAIN_US 20000

static volatile sig_atomic_t has_fired;

static void on_alarm(int number)
{
	(void)number;
	has_fired = 1;
}

void outside_prepare_calls(void)
{
	/* Without SA_RESTART: the call ends with EINTR. */
	struct sigaction action = { .sa_handler = on_alarm };

	sigaction(SIGALRM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGIO, SIG_IGN);
	signal(SIGURG, SIG_IGN);
}

static void set_alarm(uint32_t after_ms)
{
	struct itimerval limit = {
		.it_value = { after_ms / 1000, after_ms % 1000 * 1000 },
		.it_interval = { 0, after_ms ? AGAIN_US : 0 },
	};

	setitimer(ITIMER_REAL, &limit, NULL);
}

/* Gives a descriptor its fixed number. The flag O_CLOEXEC has no meaning for a program that executes none. */
static int64_t move(int64_t from, int32_t to)
{
	int done;

	if (from == to)
		return to;
	done = dup2(from, to);
	close(from);
	return done < 0 ? -errno : done;
}

static int64_t move_pair(const struct outside_syscall *call)
{
	int32_t fds[2];
	int64_t first, second;

	if (outside_copy(fds, (void *)call->pair_at, sizeof(fds)))
		return -EFAULT;
	first = move(fds[0], call->pair[0]);
	second = move(fds[1], call->pair[1]);
	if (first < 0 || second < 0)
		return first < 0 ? first : second;
	return outside_copy((void *)call->pair_at, call->pair, sizeof(call->pair));
}

int64_t outside_call(const struct outside_syscall *call, bool *interrupted)
{
	const uint64_t *args = call->args;
	int64_t ret;

	has_fired = 0;
	set_alarm(call->limit_ms);
	ret = syscall(call->number, args[0], args[1], args[2], args[3], args[4], args[5]);
	if (ret == -1)
		ret = -errno;
	set_alarm(0);
	*interrupted = has_fired;
	if (ret < 0)
		return ret;
	if (call->fd >= 0)
		return move(ret, call->fd);
	if (call->pair[0] >= 0 && call->pair[1] >= 0) {
		int64_t moved = move_pair(call);

		return moved < 0 ? moved : ret;
	}
	return ret;
}
