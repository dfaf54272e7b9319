// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The words of a port: src/targets/observe_mvneta.ts writes the same. */
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

		*w++ = buf->type;
		*w++ = buf->size;
		*w++ = buf->skb || buf->xdpf;
		if (buf->skb)
			w = skbcheck_put_skb_index(w, buf->skb);
		else if (buf->xdpf)
			w = skbcheck_put_page_index(w, virt_to_head_page(buf->xdpf->data));
	}
	return w;
}

u32 *skbcheck_put_port(u32 *w, struct skbcheck_object *object)
{
	const struct skbcheck_port *port = object->pointer;
	u32 i;

	*w++ = port->running;
	*w++ = port->prog;
	*w++ = port->dev->mtu;
	*w++ = port->occupied;
	*w++ = port->non_occupied;
	*w++ = port->refill_num;
	for (i = 0; i < STATS; i++)
		*w++ = port->stats[i];
	w = put_ring(w, port);
	w = put_in_flight(w, port);
	*w++ = port->delivered_count;
	for (i = 0; i < port->delivered_count && skbcheck_room_for_run(w); i++)
		w = skbcheck_put_skb_index(w, port->delivered[i]);
	return w;
}
