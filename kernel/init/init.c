// SPDX-License-Identifier: MIT
/*
 * The only program in the VM. Loads the modules that /modules names, in order. Then it carries frames (u32le length,
 * payload) between the virtio port and /dev/skbcheck. A frame of length zero ends that, and so does the death of the
 * host. Errors are printed to the console with the prefix "skbcheck-init:", which the host looks for.
 *
 * Programs of the outside it runs itself, see outside/. A VM for them alone has a list of the distribution's modules
 * (OUTSIDE_LIST), and no /dev/skbcheck.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>
#include "init/trace.h"
#include "made/protocol.h"
#include "outside/outside.h"

#define OUTSIDE_LIST "/outside_modules"
#define PORT_WAIT_MS 10000
#define HOST_GONE_MS 3000

/*
 * A frame: its length and its payload together, so that one write to the port carries both. The payload behind the
 * type of a message begins at a multiple of 8.
 */
struct frame {
	uint32_t bytes;
	uint8_t payload[SKBCHECK_BUFFER_BYTES];
};

/* The children that run programs read the request, so it is shared with them, and no page of it is ever copied. */
static struct frame *request, *reply;

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
	int error = outside_load(path);

	if (error) {
		errno = -error;
		fail("cannot load module", path);
	}
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

/* Has the module turn the request into its reply. */
static int32_t ask_module(int device)
{
	ssize_t got;

	if (device < 0)
		return -ENODEV;
	if (write(device, request->payload, request->bytes) != (ssize_t)request->bytes)
		return -errno;
	got = read(device, reply->payload, sizeof(reply->payload));
	if (got <= 0)
		return got < 0 ? -errno : -EIO;
	reply->bytes = got;
	return 0;
}

/* The bytes of the reply behind its status, or minus errno. */
static int64_t ask_outside(uint32_t type)
{
	const uint8_t *payload = request->payload + sizeof(type);
	size_t bytes = request->bytes - sizeof(type), room = sizeof(reply->payload) - sizeof(int32_t);
	uint8_t *to = reply->payload + sizeof(int32_t);
	uint32_t wait_ms;

	if (type == SKBCHECK_OUTSIDE)
		return outside_run(payload, bytes, to, room);
	if (type == SKBCHECK_OUTSIDE_HELLO)
		return outside_hello((char *)to, room);
	if (bytes != sizeof(wait_ms))
		return -EINVAL;
	memcpy(&wait_ms, payload, sizeof(wait_ms));
	return outside_state(wait_ms, (char *)to, room);
}

/* As ask_outside. */
static int64_t ask_tracing(uint32_t type)
{
	const uint8_t *payload = request->payload + sizeof(type);
	size_t bytes = request->bytes - sizeof(type);

	if (type == SKBCHECK_TRACE_WRITE)
		return trace_write(payload, bytes);
	if (type == SKBCHECK_TRACE_ATTACH)
		return trace_attach(payload, bytes);
	return trace_read(payload, bytes, reply->payload + sizeof(int32_t), sizeof(reply->payload) - sizeof(int32_t));
}

static void answer(int device)
{
	int64_t status = 0;
	uint32_t type = 0;

	reply->bytes = sizeof(int32_t);
	if (request->bytes >= sizeof(type))
		memcpy(&type, request->payload, sizeof(type));
	if (type == SKBCHECK_CLEAR_ONCE) {
		status = clear_once();
	} else if (type >= SKBCHECK_OUTSIDE && type <= SKBCHECK_TRACE_ATTACH) {
		status = type <= SKBCHECK_OUTSIDE_STATE ? ask_outside(type) : ask_tracing(type);
		if (status > 0) {
			reply->bytes += status;
			status = 0;
		}
	} else {
		status = ask_module(device);
		if (status == 0)
			return; /* the module has written its own */
	}
	memcpy(reply->payload, &(int32_t){ status }, sizeof(int32_t));
}

static void serve(int port, int device)
{
	for (;;) {
		read_whole(port, (uint8_t *)&request->bytes, sizeof(request->bytes));
		if (request->bytes == 0)
			power_off();
		if (request->bytes > sizeof(request->payload)) {
			errno = EMSGSIZE;
			fail("bad frame from", "the host");
		}
		read_whole(port, request->payload, request->bytes);
		answer(device);
		write_whole(port, (const uint8_t *)reply, sizeof(reply->bytes) + reply->bytes);
	}
}

static struct frame *make_frame(int advice)
{
	struct frame *made = mmap(NULL, sizeof(*made), PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (made == MAP_FAILED)
		fail("no memory for", "a frame");
	madvise(made, sizeof(*made), advice);
	return made;
}

/* As udev does (50-udev-default.rules). */
static void open_devices(void)
{
	chmod("/dev/net/tun", 0666);
	chmod("/dev/vsock", 0666);
}

int main(void)
{
	int port, device;
	bool is_outside;

	mount_or_complain("devtmpfs", "/dev");
	mount_or_complain("proc", "/proc");
	mount_or_complain("sysfs", "/sys");
	mount_or_complain("debugfs", "/sys/kernel/debug");
	request = make_frame(MADV_NORMAL);
	reply = make_frame(MADV_DONTFORK);
	if (!outside_make_results())
		fail("no memory for", "results");
	load_all("/modules");
	is_outside = access(OUTSIDE_LIST, F_OK) == 0;
	device = open("/dev/skbcheck", O_RDWR | O_CLOEXEC);
	if (device < 0 && !is_outside)
		fail("cannot open", "/dev/skbcheck");
	if (is_outside) {
		mkdir("/dev/shm", 01777);
		mount_or_complain("tmpfs", "/dev/shm");
		mount_or_complain("tmpfs", "/tmp");
		outside_load_modules(OUTSIDE_LIST);
		open_devices();
		outside_note_start();
	}
	port = open_port();
	outside_open_log();
	serve(port, device);
	return 0;
}
