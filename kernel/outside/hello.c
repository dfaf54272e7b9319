// SPDX-License-Identifier: MIT
/* The facts of the machine, as lines NAME=VALUE. */
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "outside/outside.h"

int64_t outside_hello(char *reply, size_t room)
{
	struct outside_text text = { .to = reply, .room = room };
	struct utsname name;
	struct sysinfo info;

	uname(&name);
	sysinfo(&info);
	outside_say(&text, "release=%s\ncpus=%ld\n", name.release, sysconf(_SC_NPROCESSORS_ONLN));
	outside_say(&text, "memory_kib=%lu\n", info.totalram / 1024 * info.mem_unit);
	outside_tell_modules(&text);
	return text.used;
}
