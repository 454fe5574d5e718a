/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Flows: finding, opening, moving on, ending. A flow has two entries, one for each direction (one only in DR, whose
 * replies do not come by). It stands in `opening` until the far side has shown that it is there, then in `flows`.
 */
#pragma once

#include "choose.h"

#define PORT_TRIES 32
#define PORT_STEP 7919          /* a prime: steps of it come to every port before they come to one again */
#define TELL_NS 1000000000ull   /* an entry tells the other one at most once in a second that the flow lives */

INLINE __u64 timeout(const struct flow *flow)
{
    __u32 id = flow->service;
    struct timeouts *t = bpf_map_lookup_elem(&timeouts, &id);

    if (!t)
        return 0;
    switch (flow->state) {
    case STATE_OPENING: return t->opening_ns;
    case STATE_ESTABLISHED: return t->established_ns;
    case STATE_HALF_CLOSED: return t->half_closed_ns;
    default: return t->closed_ns;
    }
}

INLINE int lives(const struct flow *flow, __u64 now)
{
    return now - flow->last_ns < timeout(flow);
}

INLINE struct flow *find(const struct flow_key *key, __u64 now)
{
    struct flow *flow = bpf_map_lookup_elem(&flows, key);

    if (flow && lives(flow, now))
        return flow;
    flow = bpf_map_lookup_elem(&opening, key);
    return flow && lives(flow, now) ? flow : 0;
}

/* The key under which the packets come that answer those of this flow. */
INLINE void answer_key(struct flow_key *to, const struct flow *flow, __u8 protocol)
{
    to->source = flow->destination;
    to->destination = flow->source;
    to->source_port = flow->destination_port;
    to->destination_port = flow->source_port;
    to->protocol = protocol;
    to->zero[0] = to->zero[1] = to->zero[2] = 0;
}

/* Whether a key can be taken; what has died there makes room. */
INLINE int is_free(const struct flow_key *key, __u64 now)
{
    struct flow *flow = bpf_map_lookup_elem(&flows, key);

    if (flow) {
        if (lives(flow, now))
            return 0;
        bpf_map_delete_elem(&flows, key);
    }
    flow = bpf_map_lookup_elem(&opening, key);
    if (flow) {
        if (lives(flow, now))
            return 0;
        bpf_map_delete_elem(&opening, key);
    }
    return 1;
}

INLINE void forget(const struct flow_key *key)
{
    bpf_map_delete_elem(&flows, key);
    bpf_map_delete_elem(&opening, key);
}

/*
 * Takes a source address and port that this server sees from nobody else, and with it the key of the answers. The order
 * of the ports begins where the client's own address and port say: one that comes again soon meets the port it had.
 */
INLINE int take_port(struct work *w, const struct service *service, __u64 now)
{
    __u64 hash = mix(half(&w->packet.key.source, 0) ^ half(&w->packet.key.source, 2)
                     ^ ((__u64)w->packet.key.source_port << 32 | w->packet.key.destination_port));
    __u32 all = (__u32)service->ports * service->sources;
    __u32 step = all % PORT_STEP ? PORT_STEP : 1;

    if (!all)
        return 0;
    for (int i = 0; i < PORT_TRIES; i++) {
        __u32 number = (to_range(hash, all) + i * step) % all;
        __u32 index = service->source + number / service->ports;
        struct address *source = bpf_map_lookup_elem(&sources, &index);

        if (!source)
            return 0;
        w->forward.source = *source;
        w->forward.source_port = bpf_htons(service->first_port + number % service->ports);
        answer_key(&w->other, &w->forward, w->packet.key.protocol);
        if (is_free(&w->other, now) && !bpf_map_update_elem(&opening, &w->other, &w->reply, BPF_NOEXIST))
            return 1;
    }
    return 0;
}

/* Chooses a server and enters the flow; the answer is VERDICT_OPENED, or why not. */
INLINE int open_flow(struct work *w, const struct service *service, __u32 interface, __u64 now)
{
    __u32 index = choose(service, &w->packet);
    struct server *server;

    if (index == NO_SERVER)
        return VERDICT_NO_SERVER;
    server = bpf_map_lookup_elem(&servers, &index);
    if (!server)
        return VERDICT_NO_SERVER;
    if (w->packet.v6 == (server->address.part[0] == 0 && server->address.part[1] == 0
                         && server->address.part[2] == bpf_htonl(0xffff)))
        return VERDICT_FAMILY;

    __builtin_memset(&w->forward, 0, sizeof(w->forward));
    w->forward.source = w->packet.key.source;
    w->forward.source_port = w->packet.key.source_port;
    w->forward.destination = server->address;
    w->forward.destination_port = server->port ? server->port : w->packet.key.destination_port;
    w->forward.mode = service->mode;
    w->forward.service = service->id;
    w->forward.server = index;
    w->forward.interface = server->interface;
    w->forward.last_ns = now;
    w->forward.told_ns = now;
    if (service->mode != MODE_DR) {
        w->reply = w->forward;
        w->reply.source = w->packet.key.destination;
        w->reply.source_port = w->packet.key.destination_port;
        w->reply.destination = w->packet.key.source;
        w->reply.destination_port = w->packet.key.source_port;
        w->reply.interface = interface;
        w->reply.flags = FLOW_REPLY;
        if (service->mode == MODE_SNAT) {
            if (!take_port(w, service, now))
                return VERDICT_NO_PORT;
        } else {
            answer_key(&w->other, &w->forward, w->packet.key.protocol);
            if (!is_free(&w->other, now)
                || bpf_map_update_elem(&opening, &w->other, &w->reply, BPF_NOEXIST))
                return VERDICT_NO_PORT;     /* the client's own port is busy towards this server */
        }
    }
    if (bpf_map_update_elem(&opening, &w->packet.key, &w->forward, BPF_ANY)) {
        if (service->mode != MODE_DR)
            bpf_map_delete_elem(&opening, &w->other);
        return VERDICT_FULL;
    }
    return VERDICT_OPENED;
}

/* Moves a direction that has proved itself from opening to flows. */
INLINE void establish(const struct flow_key *key, struct flow *room)
{
    struct flow *flow = bpf_map_lookup_elem(&opening, key);

    if (!flow)
        return;
    *room = *flow;
    room->state = STATE_ESTABLISHED;
    if (!bpf_map_update_elem(&flows, key, room, BPF_ANY))
        bpf_map_delete_elem(&opening, key);
}

/* Sets the state of both directions. */
INLINE void enter(struct flow *flow, struct flow *other, __u8 state)
{
    flow->state = state;
    if (other)
        other->state = state;
}

INLINE void advance_tcp(struct work *w, struct flow *flow, struct flow *other)
{
    __u8 tcp = w->packet.tcp_flags;

    if (tcp & TCP_RST) {
        flow->flags |= FLOW_RESET;
        enter(flow, other, STATE_CLOSED);
    } else if (tcp & TCP_FIN) {
        flow->flags |= FLOW_FINISHED;
        enter(flow, other, other && (other->flags & FLOW_FINISHED) ? STATE_CLOSED : STATE_HALF_CLOSED);
    } else if (flow->state == STATE_CLOSED && ((flow->flags | (other ? other->flags : 0)) & FLOW_RESET)
               && !(tcp & TCP_SYN)) {
        flow->flags &= ~FLOW_RESET;         /* a reset that the other end did not believe (RFC 5961) */
        if (other)
            other->flags &= ~FLOW_RESET;
        enter(flow, other, STATE_ESTABLISHED);
    }
}

/*
 * What a packet means for its flow. TCP is established by the client's ACK after the server's SYN/ACK was seen, where
 * it can be seen; UDP by an answer, or where none comes by (DR), by a second datagram.
 */
INLINE void advance(struct work *w, struct flow *flow, __u64 now)
{
    int tcp = w->packet.key.protocol == IPPROTO_TCP;
    int opening_tcp = tcp && flow->state == STATE_OPENING;
    int closing = tcp && (w->packet.tcp_flags & (TCP_FIN | TCP_RST));
    struct flow *other = 0;

    flow->last_ns = now;
    flow->packets++;
    flow->bytes += w->packet.length;
    answer_key(&w->other, flow, w->packet.key.protocol);
    if (flow->mode == MODE_DR) {
        if (closing || flow->state == STATE_CLOSED)
            advance_tcp(w, flow, 0);
        else if (flow->state == STATE_OPENING && (!tcp || !(w->packet.tcp_flags & TCP_SYN)))
            establish(&w->packet.key, &w->forward);
        return;
    }
    if (flow->state == STATE_ESTABLISHED && !closing && now - flow->told_ns < TELL_NS)
        return;                             /* the way of nearly every packet */
    flow->told_ns = now;
    other = find(&w->other, now);
    if (other)
        other->last_ns = now;
    if (flow->state == STATE_OPENING && !closing) {
        if (flow->flags & FLOW_REPLY)
            flow->flags |= FLOW_ANSWERED;
        if (opening_tcp ? !(flow->flags & FLOW_REPLY) && !(w->packet.tcp_flags & TCP_SYN)
                              && other && (other->flags & FLOW_ANSWERED)
                        : flow->flags & FLOW_REPLY) {
            establish(&w->packet.key, &w->forward);
            establish(&w->other, &w->reply);
        }
    } else if (tcp) {
        advance_tcp(w, flow, other);
    }
}

/* The ports of a fragment: the first one leaves them behind, the later ones find them. */
INLINE int follow_fragment(struct work *w, __u64 now)
{
    struct fragment *seen, first = {};

    __builtin_memset(&w->fragment, 0, sizeof(w->fragment));
    w->fragment.source = w->packet.key.source;
    w->fragment.destination = w->packet.key.destination;
    w->fragment.id = w->packet.fragment_id;
    w->fragment.protocol = w->packet.key.protocol;
    if (w->packet.fragment == FIRST_FRAGMENT) {
        first.source_port = w->packet.key.source_port;
        first.destination_port = w->packet.key.destination_port;
        first.seen_ns = now;
        bpf_map_update_elem(&fragments, &w->fragment, &first, BPF_ANY);
        return 1;
    }
    seen = bpf_map_lookup_elem(&fragments, &w->fragment);
    if (!seen || now - seen->seen_ns > settings.fragment_ns)
        return 0;
    w->packet.key.source_port = seen->source_port;
    w->packet.key.destination_port = seen->destination_port;
    return 1;
}
