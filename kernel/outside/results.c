// SPDX-License-Identifier: MIT
/* The results of a program. A result counts once it is whole, so a killed child leaves no half of one. */
#include <errno.h>
#include <sys/mman.h>
#include "outside/outside.h"

struct outside_results *outside_results;

/* The end of the result that is being written, from the start of the bytes. */
static size_t end;

bool outside_make_results(void)
{
	outside_results = mmap(NULL, sizeof(*outside_results), PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return outside_results != MAP_FAILED;
}

static uint8_t *reserve(size_t bytes)
{
	uint8_t *at = outside_results->bytes + end;

	if (outside_padded(bytes) > sizeof(outside_results->bytes) - end)
		return NULL;
	end += outside_padded(bytes);
	return at;
}

struct outside_result *outside_begin_result(uint32_t step)
{
	struct outside_result *result;

	end = outside_results->used;
	result = (void *)reserve(sizeof(*result));
	if (result)
		*result = (struct outside_result){ .step = step };
	return result;
}

int outside_add_out(struct outside_result *result, uint64_t at, uint32_t bytes)
{
	uint64_t *length = (void *)reserve(sizeof(*length));
	uint8_t *content;

	if (!length)
		return -ENOSPC;
	*length = 0;
	result->outs++;
	content = reserve(bytes);
	if (!content)
		return -ENOSPC;
	if (outside_copy(content, (void *)at, bytes)) {
		end -= outside_padded(bytes);
		return -EFAULT;
	}
	*length = bytes;
	return 0;
}

void outside_end_result(struct outside_result *result)
{
	size_t room = sizeof(outside_results->bytes) - end;
	char *log = (char *)outside_results->bytes + end;

	result->log_bytes = outside_read_log(log, room < OUTSIDE_LOG_MAX_BYTES ? room : OUTSIDE_LOG_MAX_BYTES);
	end += outside_padded(result->log_bytes);
	outside_results->used = end;
}
