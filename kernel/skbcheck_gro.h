/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What the files of the GRO system share. */
#ifndef SKBCHECK_GRO_H
#define SKBCHECK_GRO_H

#include "skbcheck_objects.h"

/* The arguments that say what headers a packet has: proto, flow, seq, id, flags, options, odd. */
#define SKBCHECK_HEADERS_MAX 66

/* Bytes of headers that args ask for; 0: they ask for what there is not. */
u32 skbcheck_header_length(const s32 *args);
/* Writes them before `payload` bytes, as src/commands/packet_headers.ts does. */
void skbcheck_write_headers(u8 *to, const s32 *args, u32 payload);

#endif /* SKBCHECK_GRO_H */
