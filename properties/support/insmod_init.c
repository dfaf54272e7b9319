// SPDX-License-Identifier: MIT
/* The only program in a VM of properties/support/insmod.ts: loads and unloads each module that /modules names. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
	FILE *list = fopen("/modules", "r");
	char line[256];

	while (list && fgets(line, sizeof(line), list)) {
		int fd;

		line[strcspn(line, "\n")] = 0;
		fd = open(line, O_RDONLY);
		printf("insmod %s\n", line);
		fflush(stdout);
		if (syscall(SYS_finit_module, fd, "", 0))
			perror("insmod");
		if (syscall(SYS_delete_module, "repro", 0))
			perror("rmmod");
		close(fd);
	}
	printf("all modules were loaded\n");
	fflush(stdout);
	for (;;)
		pause(); /* the host ends the VM */
}
