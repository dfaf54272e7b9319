// SPDX-License-Identifier: MIT
/*
 * The only program in the VM. Loads the modules that /modules names, in order. Then it carries frames (u32le length,
 * payload) between the virtio port and /dev/skbcheck. A frame of length zero ends that, and so does the death of the
 * host. Errors are printed to the console with the prefix "skbcheck-init:", which the host looks for.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "made/protocol.h"

#define PORT_WAIT_MS 10000
#define HOST_GONE_MS 3000

/* A frame: its length and its payload together, so that one write to the port carries both. */
static struct {
	uint32_t bytes;
	uint8_t payload[SKBCHECK_BUFFER_BYTES];
} frame;

static void power_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	_exit(1);
}

static void fail(const char *what, const char *name)
{
	fprintf(stderr, "skbcheck-init: %s %s: %s\n", what, name, strerror(errno));
	fflush(stderr);
	usleep(200 * 1000); /* lets the serial line drain */
	power_off();
}

static void mount_or_complain(const char *type, const char *where)
{
	if (mount(type, where, type, 0, NULL) && errno != EBUSY)
		fprintf(stderr, "skbcheck-init: cannot mount %s: %s\n", type, strerror(errno));
}

static void load(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		fail("cannot open module", path);
	/* EEXIST is no failure: the kernel has the module built in. */
	if (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST)
		fail("cannot load module", path);
	close(fd);
}

static void load_all(const char *list)
{
	char line[256];
	FILE *file = fopen(list, "r");

	if (!file)
		fail("cannot open", list);
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = 0;
		if (line[0])
			load(line);
	}
	fclose(file);
}

static int open_port(void)
{
	int fd, waited_ms;

	for (waited_ms = 0; waited_ms < PORT_WAIT_MS; waited_ms += 5) {
		fd = open("/dev/vport0p1", O_RDWR);
		if (fd >= 0)
			return fd;
		usleep(5000);
	}
	fail("the kernel shows no virtio port", "/dev/vport0p1");
	return -1;
}

/* The port reads as empty while no host is connected; a host that stays away has died. */
static void read_whole(int port, uint8_t *to, size_t bytes)
{
	int gone_ms = 0;

	while (bytes) {
		ssize_t got = read(port, to, bytes);

		if (got > 0) {
			to += got;
			bytes -= got;
			gone_ms = 0;
			continue;
		}
		if (gone_ms++ > HOST_GONE_MS)
			power_off();
		usleep(1000);
	}
}

static void write_whole(int port, const uint8_t *from, size_t bytes)
{
	while (bytes) {
		ssize_t put = write(port, from, bytes);

		if (put > 0) {
			from += put;
			bytes -= put;
		} else {
			usleep(100);
		}
	}
}

static int32_t clear_once(void)
{
	int fd = open("/sys/kernel/debug/clear_warn_once", O_WRONLY | O_CLOEXEC);
	int32_t status = 0;

	if (fd < 0 || write(fd, "1", 1) != 1)
		status = -errno;
	if (fd >= 0)
		close(fd);
	return status;
}

/* Turns the request in frame into its reply, in place. */
static void answer(int device)
{
	int32_t status = 0;
	uint32_t type = 0;
	ssize_t got;

	if (frame.bytes >= sizeof(type))
		memcpy(&type, frame.payload, sizeof(type));
	if (type == SKBCHECK_CLEAR_ONCE) {
		status = clear_once();
	} else if (write(device, frame.payload, frame.bytes) != (ssize_t)frame.bytes) {
		status = -errno;
	} else {
		got = read(device, frame.payload, sizeof(frame.payload));
		if (got > 0) {
			frame.bytes = got;
			return;
		}
		status = got < 0 ? -errno : -EIO;
	}
	memcpy(frame.payload, &status, sizeof(status));
	frame.bytes = sizeof(status);
}

static void serve(int port, int device)
{
	for (;;) {
		read_whole(port, (uint8_t *)&frame.bytes, sizeof(frame.bytes));
		if (frame.bytes == 0)
			power_off();
		if (frame.bytes > sizeof(frame.payload)) {
			errno = EMSGSIZE;
			fail("bad frame from", "the host");
		}
		read_whole(port, frame.payload, frame.bytes);
		answer(device);
		write_whole(port, (const uint8_t *)&frame, sizeof(frame.bytes) + frame.bytes);
	}
}

int main(void)
{
	int port, device;

	mount_or_complain("devtmpfs", "/dev");
	mount_or_complain("proc", "/proc");
	mount_or_complain("sysfs", "/sys");
	mount_or_complain("debugfs", "/sys/kernel/debug");
	load_all("/modules");
	device = open("/dev/skbcheck", O_RDWR | O_CLOEXEC);
	if (device < 0)
		fail("cannot open", "/dev/skbcheck");
	port = open_port();
	serve(port, device);
	return 0;
}
