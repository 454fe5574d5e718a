/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* What happens to one packet, from top to bottom; the entry files say at which hook. */
#pragma once

#include "icmp.h"
#include "neighbour.h"

INLINE int finish(__u32 verdict, int action)
{
    __u64 *count = bpf_map_lookup_elem(&verdicts, &verdict);

    if (count)
        (*count)++;
    return action;
}

INLINE int is_ours(const struct packet *p)
{
    return bpf_map_lookup_elem(&addresses, &p->key.destination) || bpf_map_lookup_elem(&addresses, &p->key.source);
}

/* An error that is about one of our packets; in DR it goes on to the server as it is. */
INLINE int balance_error(ctx_t *ctx, struct work *w, __u64 now)
{
    int verdict = VERDICT_FOREIGN, action;
    struct flow *flow;

    if (parse_quoted(ctx, &w->packet, &w->inner) != PARSED_FLOW || w->inner.fragment == LATER_FRAGMENT)
        return finish(VERDICT_FOREIGN, PASS);
    flow = quoted_flow(w, now);
    if (!flow)
        return finish(VERDICT_FOREIGN, PASS);
    w->to = *flow;
    if (!age(ctx, &w->packet))
        return finish(VERDICT_EXPIRED, DROP);
    if (w->to.mode != MODE_DR && !translate_error(ctx, w, &w->to))
        return finish(VERDICT_MALFORMED, DROP);
    action = route(ctx, w, &w->packet.key.source, &w->to.destination, w->to.interface, &verdict);
    return action < 0 ? finish(verdict, DROP) : finish(VERDICT_ERROR_PASSED, action);
}

/* Opens a flow where a service is; the answer is VERDICT_OPENED, or why not. */
INLINE int begin(ctx_t *ctx, struct work *w, __u64 now)
{
    struct service_key key = {};
    struct service *service;

    key.address = w->packet.key.destination;
    key.port = w->packet.key.destination_port;
    key.protocol = w->packet.key.protocol;
    service = bpf_map_lookup_elem(&services, &key);
    if (!service)
        return VERDICT_FOREIGN;
    if (key.protocol == IPPROTO_TCP && (w->packet.tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
        return VERDICT_NO_FLOW;
    return open_flow(w, service, ctx->ingress_ifindex, now);
}

INLINE int balance(ctx_t *ctx)
{
    __u32 zero = 0;
    struct work *w = bpf_map_lookup_elem(&scratch, &zero);
    int verdict, action, parsed;
    struct flow *flow;
    __u64 now;

    if (!w)
        return PASS;
    parsed = parse(ctx, &w->packet);
    if (parsed == PARSED_FOREIGN)
        return finish(VERDICT_FOREIGN, PASS);
    if (parsed == PARSED_MALFORMED)
        return finish(VERDICT_MALFORMED, PASS);
    now = bpf_ktime_get_coarse_ns();
    if (parsed == PARSED_ERROR)
        return balance_error(ctx, w, now);
    if (w->packet.fragment != WHOLE && !follow_fragment(w, now))
        return is_ours(&w->packet) ? finish(VERDICT_STRAY_FRAGMENT, DROP) : finish(VERDICT_FOREIGN, PASS);

    flow = find(&w->packet.key, now);
    if (flow && flow->state == STATE_CLOSED && !(flow->flags & FLOW_REPLY)
        && (w->packet.tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN) {
        answer_key(&w->other, flow, w->packet.key.protocol);
        if (flow->mode != MODE_DR)
            forget(&w->other);
        forget(&w->packet.key);
        flow = 0;
    }
    if (flow) {
        verdict = flow->flags & FLOW_REPLY ? VERDICT_REPLIED : VERDICT_FORWARDED;
    } else {
        verdict = begin(ctx, w, now);
        if (verdict == VERDICT_FOREIGN)
            return finish(verdict, PASS);
        if (verdict != VERDICT_OPENED)
            return finish(verdict, DROP);
        flow = bpf_map_lookup_elem(&opening, &w->packet.key);
        if (!flow)
            return finish(VERDICT_FULL, DROP);
    }
    w->to = *flow;              /* an entry may be another flow's the moment it leaves its map */
    advance(w, flow, now);
    if (!age(ctx, &w->packet))
        return finish(VERDICT_EXPIRED, DROP);
    if (w->to.mode == MODE_DR) {
        action = route(ctx, w, &w->packet.key.source, &w->to.destination, w->to.interface, &verdict);
    } else {
        if (!translate(ctx, &w->packet, &w->to))
            return finish(VERDICT_MALFORMED, DROP);
        action = route(ctx, w, &w->to.source, &w->to.destination, w->to.interface, &verdict);
    }
    return action < 0 ? finish(verdict, DROP) : finish(verdict, action);
}
