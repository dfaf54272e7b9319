/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* Handlers of messages that have files of their own. */
#ifndef SKBCHECK_LINK_H
#define SKBCHECK_LINK_H

#include <linux/types.h>
#include "made/protocol.h"

/* Fills the payload of the reply to HELLO; returns its words. */
u32 skbcheck_hello_words(u32 *out, u32 out_cap_words);

/* Does deliberate harm, see enum skbcheck_crash. Returns the words of the reply, or a negative errno. */
int skbcheck_crash_test(const u32 *in, u32 in_words, u32 *out, u32 out_cap_words);

#endif /* SKBCHECK_LINK_H */
