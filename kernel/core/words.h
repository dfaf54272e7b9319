/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Rows of words of an observation, as src/protocol/words describes them: between a function's first WORD() and its
 * WORDS_END() each word of the row is written once. A word that is missing, surplus or misnamed does not compile.
 */
#ifndef SKBCHECK_WORDS_H
#define SKBCHECK_WORDS_H

#include <linux/compiler.h>
#include "made/words.h"

/* Writes one word. The label costs nothing: WORDS_END() refers to it. */
#define WORD(w, row, name, value)                     \
	row##_##name##_is_written: __maybe_unused; \
	(w)[row##_##name] = (value)

#define SKBCHECK_REQUIRE_WORD(row, name)              \
	if (0)                                        \
		goto row##_##name##_is_written;

/* The end of the row. */
#define WORDS_END(w, row) ({ row##_EACH(SKBCHECK_REQUIRE_WORD) (w) + row##_WORDS; })

#endif /* SKBCHECK_WORDS_H */
