/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * The way out: the kernel's routes and its neighbours. tc hands the packet to the kernel's neighbour, which asks for an
 * address that it does not know and keeps the packet meanwhile; XDP can only use what is known.
 */
#pragma once

#include "maps.h"

#define AF_INET 2
#define AF_INET6 10

INLINE void ask(ctx_t *ctx, struct work *w, const struct address *source, const struct address *destination)
{
    struct bpf_fib_lookup *route = &w->route;
    struct packet *p = &w->packet;

    __builtin_memset(route, 0, sizeof(*route));
    route->l4_protocol = p->key.protocol;
    route->ifindex = ctx->ingress_ifindex;
#ifndef HOOK_TC
    route->tot_len = p->length;     /* at tc the kernel looks at the packet itself, and knows GSO */
#endif
    if (p->v6) {
        route->family = AF_INET6;
        __builtin_memcpy(route->ipv6_src, source, sizeof(*source));
        __builtin_memcpy(route->ipv6_dst, destination, sizeof(*destination));
    } else {
        route->family = AF_INET;
        route->ipv4_src = source->part[3];
        route->ipv4_dst = destination->part[3];
    }
}

/*
 * Sends the packet towards `destination`. Answers the action of the hook, or -1 and why in `verdict`.
 *
 * `interface` is the way that tc takes on a host that does not forward packets; 0: none is known.
 */
INLINE int route(ctx_t *ctx, struct work *w, const struct address *source, const struct address *destination,
                 __u32 interface, int *verdict)
{
    struct bpf_fib_lookup *route = &w->route;
    int answer;

    ask(ctx, w, source, destination);
    answer = bpf_fib_lookup(ctx, route, sizeof(*route), 0);
    if (answer == BPF_FIB_LKUP_RET_FRAG_NEEDED) {
        *verdict = VERDICT_TOO_BIG;
        return -1;
    }
#ifdef HOOK_TC
    struct bpf_redir_neigh hop = {};

    if (answer == BPF_FIB_LKUP_RET_SUCCESS || answer == BPF_FIB_LKUP_RET_NO_NEIGH) {
        hop.nh_family = route->family;
        __builtin_memcpy(hop.ipv6_nh, route->ipv6_dst, sizeof(hop.ipv6_nh));
        return bpf_redirect_neigh(route->ifindex, &hop, sizeof(hop), 0);
    }
    if (answer == BPF_FIB_LKUP_RET_FWD_DISABLED && interface) {
        if (w->to.mode != MODE_DR)
            return bpf_redirect_neigh(interface, 0, 0, 0);
        hop.nh_family = w->packet.v6 ? AF_INET6 : AF_INET;
        if (w->packet.v6)
            __builtin_memcpy(hop.ipv6_nh, destination, sizeof(hop.ipv6_nh));
        else
            hop.ipv4_nh = destination->part[3];
        return bpf_redirect_neigh(interface, &hop, sizeof(hop), 0);
    }
#else
    if (answer == BPF_FIB_LKUP_RET_SUCCESS) {
        struct ethhdr *ethernet = at(ctx, 0, sizeof(*ethernet));

        if (ethernet) {
            __builtin_memcpy(ethernet->h_dest, route->dmac, ETH_ALEN);
            __builtin_memcpy(ethernet->h_source, route->smac, ETH_ALEN);
            return route->ifindex == ctx->ingress_ifindex ? XDP_TX : bpf_redirect(route->ifindex, 0);
        }
    }
    if (answer == BPF_FIB_LKUP_RET_NO_NEIGH) {
        *verdict = VERDICT_NO_NEIGHBOUR;
        return -1;
    }
#endif
    *verdict = VERDICT_NO_ROUTE;
    return -1;
}
