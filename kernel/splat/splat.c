// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Catches splats at the moment they are printed, through the console tracepoint, which printk()
 * passes in the context of the caller. So the executor can ask after each command whether the
 * kernel complained, without waiting for the serial console.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/irqflags.h>
#include <linux/tracepoint.h>
#include <linux/vmalloc.h>
#include "core/place.h"
#include "splat/splat.h"

#define TEXT_BYTES (256u << 10)

static char *text;
static u32 text_bytes;
static u32 count;
/* A splat is open from its first line to its end marker, or until the next command begins. */
static bool open;
static u32 open_program, open_command;
static struct tracepoint *console_tracepoint;

/* Lines that begin a splat of many lines. */
static const char *const beginnings[] = {
	"------------[ cut here", "WARNING:", "BUG:", "KASAN", "refcount_t:", "general protection",
	"Oops", "kernel BUG", "UBSAN:", "stack segment", "divide error", "unable to handle", "rcu: INFO:",
};

/* Lines that are a whole complaint. */
static const char *const complaints[] = {
	"page_pool", "Bad page state", "DMA-API:", "skbcheck: DMA:", "kmemleak:", "bad page",
};

/* Lines that say the same as the function's return value: page_pool_create() with parameters that it refuses. */
static const char *const refusals[] = {
	"gave up with errno",
};

static bool line_has(const char *line, size_t bytes, const char *const *needles, u32 needle_count)
{
	u32 i;

	for (i = 0; i < needle_count; i++)
		if (strnstr(line, needles[i], bytes))
			return true;
	return false;
}

static void keep(const char *line, size_t bytes)
{
	if (text_bytes + bytes + 1 > TEXT_BYTES)
		return; /* the beginning of the first splats says more than the end of the last */
	memcpy(text + text_bytes, line, bytes);
	text_bytes += bytes;
	text[text_bytes++] = '\n';
}

static bool still_open(void)
{
	return open && open_program == skbcheck_program && open_command == skbcheck_command;
}

static void take_line(const char *line, size_t bytes)
{
	bool was_open = still_open();

	if (!was_open) {
		bool begins = line_has(line, bytes, beginnings, ARRAY_SIZE(beginnings));

		open = false;
		if (!begins && !line_has(line, bytes, complaints, ARRAY_SIZE(complaints)))
			return;
		if (line_has(line, bytes, refusals, ARRAY_SIZE(refusals)))
			return;
		count++;
		open = begins;
		open_program = skbcheck_program;
		open_command = skbcheck_command;
	}
	keep(line, bytes);
	/* KASAN draws a line of '=' at both ends; the first one comes before the splat opens. */
	if (was_open && (strnstr(line, "---[ end trace", bytes) || strnstr(line, "=========", bytes)))
		open = false;
}

static void on_console(void *data, const char *line, size_t bytes)
{
	unsigned long flags;

	local_irq_save(flags); /* one CPU: no lock is needed, and none could be taken in an NMI */
	take_line(line, bytes);
	local_irq_restore(flags);
}

static void find_console(struct tracepoint *tracepoint, void *data)
{
	if (!strcmp(tracepoint->name, "console"))
		console_tracepoint = tracepoint;
}

u32 skbcheck_splat_count(void)
{
	return READ_ONCE(count);
}

u32 skbcheck_splat_take(char *out, u32 capacity_bytes)
{
	unsigned long flags;
	u32 bytes;

	local_irq_save(flags);
	bytes = min(text_bytes, capacity_bytes);
	memcpy(out, text, bytes);
	text_bytes = 0;
	open = false;
	local_irq_restore(flags);
	return bytes;
}

int skbcheck_splat_start(void)
{
	int error;

	text = vmalloc(TEXT_BYTES);
	if (!text)
		return -ENOMEM;
	/* 6.1 does not export the tracepoint by name, but both kernels let it be looked up. */
	for_each_kernel_tracepoint(find_console, NULL);
	error = console_tracepoint ? tracepoint_probe_register(console_tracepoint, on_console, NULL) : -ENOENT;
	if (error)
		vfree(text);
	return error;
}

void skbcheck_splat_stop(void)
{
	tracepoint_probe_unregister(console_tracepoint, on_console, NULL);
	tracepoint_synchronize_unregister();
	vfree(text);
}
