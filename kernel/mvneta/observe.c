// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Writes the observations of ports as 32-bit words. */
#include "core/system.h"
#include "mvneta/mvneta.h"
#include "observe/observe.h"

static u32 *put_ring(u32 *w, const struct skbcheck_port *port)
{
	u32 size = port->running ? port->ring_size : 0, i;

	*w++ = size;
	for (i = 0; i < size && skbcheck_room_for_run(w); i++) {
		if (port->descs[i].has_buffer)
			w = skbcheck_put_page_index(w, port->descs[i].page);
		else
			*w++ = 0;
	}
	return w;
}

static u32 *put_in_flight(u32 *w, const struct skbcheck_port *port)
{
	u32 i;

	*w++ = port->tx_count;
	for (i = 0; i < port->tx_count && skbcheck_room_for_run(w); i++) {
		const struct port_tx_buf *buf = &port->tx[i];

		WORD(w, PORT_TX, type, buf->type);
		WORD(w, PORT_TX, size, buf->size);
		WORD(w, PORT_TX, holds, buf->skb || buf->xdpf);
		w = WORDS_END(w, PORT_TX);
		if (buf->skb)
			w = skbcheck_put_skb_index(w, buf->skb);
		else if (buf->xdpf)
			w = skbcheck_put_page_index(w, virt_to_head_page(buf->xdpf->data));
	}
	return w;
}

u32 *skbcheck_observe_port(u32 *w, struct skbcheck_object *object)
{
	const struct skbcheck_port *port = object->pointer;
	u32 i;

	WORD(w, PORT, running, port->running);
	WORD(w, PORT, prog, port->prog);
	WORD(w, PORT, mtu, port->dev->mtu);
	WORD(w, PORT, occupied, port->occupied);
	WORD(w, PORT, non_occupied, port->non_occupied);
	WORD(w, PORT, refill_num, port->refill_num);
	w = WORDS_END(w, PORT);
	for (i = 0; i < PORT_STATS_WORDS; i++)
		*w++ = port->stats[i];
	w = put_ring(w, port);
	w = put_in_flight(w, port);
	*w++ = port->delivered_count;
	for (i = 0; i < port->delivered_count && skbcheck_room_for_run(w); i++)
		w = skbcheck_put_skb_index(w, port->delivered[i]);
	return w;
}
