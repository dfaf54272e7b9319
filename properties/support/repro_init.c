// SPDX-License-Identifier: MIT
/* The first program in a VM of properties/support/run_repro.ts: runs each program that /programs names. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	FILE *list = fopen("/programs", "r");
	char line[256];
	int status;

	mount("proc", "/proc", "proc", 0, NULL);
	while (list && fgets(line, sizeof(line), list)) {
		line[strcspn(line, "\n")] = 0;
		printf("runs %s\n", line);
		fflush(stdout);
		if (fork() == 0) {
			execl(line, line, (char *)NULL);
			_exit(127);
		}
		wait(&status);
		printf("%s ended with %d\n", line, WIFEXITED(status) ? WEXITSTATUS(status) : -1);
		fflush(stdout);
	}
	printf("all programs were run\n");
	fflush(stdout);
	for (;;)
		pause(); /* the host ends the VM */
}
