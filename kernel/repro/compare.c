// SPDX-License-Identifier: GPL-2.0 OR MIT
/* A kernel's answer to a call beside the expected one. */
#include <linux/kernel.h>
#include <linux/printk.h>
#include "repro/repro.h"

#define LINES_MAX 8
#define FLAG (1u << 31)

static bool word_differs(const struct repro_word *word, u32 seen, u32 *lines)
{
	if (word->expected == seen)
		return false;
	if ((*lines)++ < LINES_MAX)
		pr_info("    # %s: %s expected %u seen %u\n", word->owner, word->name, word->expected, seen);
	return true;
}

/* The words of an object follow from those before them: where the lengths differ, only the first one is named. */
static bool words_differ(const struct repro_call *call, const u32 *seen, u32 seen_count)
{
	u32 count = min(call->word_count, seen_count), lines = 0, i;
	bool same_length = call->word_count == seen_count;

	for (i = 0; i < count && (same_length || !lines); i++)
		word_differs(&call->words[i], seen[i], &lines);
	if (!same_length && !lines)
		pr_info("    # the world after the call: expected %u words seen %u\n", call->word_count, seen_count);
	return lines || !same_length;
}

/* Returns whether the module itself refused the call. */
static bool is_refusal(u32 word)
{
	return word >> 16 == SKBCHECK_BAD_CALL >> 16;
}

const char *repro_returned(char *text, const struct repro_call *call, u32 word)
{
	if (!call->flag || is_refusal(word))
		scnprintf(text, REPRO_RETURNED_MAX, "%d", (int)word);
	else
		scnprintf(text, REPRO_RETURNED_MAX, "%s %u%s%s", call->number, word & ~FLAG,
			  word & FLAG ? " and " : "", word & FLAG ? call->flag : "");
	return text;
}

bool repro_differs(const struct repro_call *call, const u32 *reply, u32 reply_words)
{
	const u32 *observation = reply + 1 + SKBCHECK_CALL_REPLY_WORDS;
	bool differs = false;

	if (reply_words < 2 + SKBCHECK_CALL_REPLY_WORDS) {
		pr_info("    # the call was not made\n");
		return true;
	}
	if (reply[1] != call->returned) {
		char expected[REPRO_RETURNED_MAX], seen[REPRO_RETURNED_MAX];

		pr_info("    # returned expected %s seen %s\n", repro_returned(expected, call, call->returned),
			repro_returned(seen, call, reply[1]));
		differs = true;
	}
	return words_differ(call, observation + 1, observation[0]) || differs;
}
