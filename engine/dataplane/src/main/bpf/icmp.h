/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * ICMP errors. What they quote is a packet that we have sent, so its addresses the other way round are the key of the
 * flow that answers it, and what that flow turns packets into says whom the error concerns and what that host knows of.
 */
#pragma once

#include "rewrite.h"
#include "track.h"

/* The flow that a quoted packet belongs to. */
INLINE struct flow *quoted_flow(struct work *w, __u64 now)
{
    struct flow_key *key = &w->other;
    struct flow_key *quoted = &w->inner.key;

    key->source = quoted->destination;
    key->destination = quoted->source;
    key->source_port = quoted->destination_port;
    key->destination_port = quoted->source_port;
    key->protocol = quoted->protocol;
    key->zero[0] = key->zero[1] = key->zero[2] = 0;
    return find(key, now);
}

INLINE int same(const struct address *one, const struct address *other)
{
    return one->part[0] == other->part[0] && one->part[1] == other->part[1] && one->part[2] == other->part[2]
           && one->part[3] == other->part[3];
}

/*
 * Rewrites quote and packet. `to` is the flow's answering direction: the quote came from to->destination and was sent
 * to to->source, before we changed it.
 */
INLINE int translate_error(ctx_t *ctx, struct work *w, const struct flow *to)
{
    struct packet *outer = &w->packet, *inner = &w->inner;
    const struct address *source = &outer->key.source;
    __u64 addresses = address_difference(&inner->key.source, &to->destination)
                      + address_difference(&inner->key.destination, &to->source);
    __u64 ports = (__u64)(__u16)~inner->key.source_port + to->destination_port
                  + (__u16)~inner->key.destination_port + to->source_port;
    __u64 changed = addresses + ports;  /* of all that the checksum of ICMP covers */
    struct ports *quoted = at(ctx, inner->l4, 8);
    __u16 *checksum;
    __u32 place;

    if (!quoted)
        return 0;
    quoted->source = to->destination_port;
    quoted->destination = to->source_port;
    /* A short quote ends before the checksum of TCP. */
    place = checksum_offset(inner);
    checksum = at(ctx, place, sizeof(*checksum));
    if (checksum && place + sizeof(*checksum) <= outer->l3 + outer->length) {
        __u16 before = *checksum;

        adjust_transport(checksum, inner->key.protocol, addresses + ports);
        changed += (__u64)(__u16)~before + *checksum;
    }
    if (inner->v6) {
        struct ipv6hdr *ip = at(ctx, inner->l3, sizeof(*ip));

        if (!ip)
            return 0;
        __builtin_memcpy(&ip->saddr, &to->destination, sizeof(struct address));
        __builtin_memcpy(&ip->daddr, &to->source, sizeof(struct address));
    } else {
        struct iphdr *ip = at(ctx, inner->l3, sizeof(*ip));
        __u16 before;

        if (!ip)
            return 0;
        before = ip->check;
        ip->check = adjust(before, addresses);
        ip->saddr = to->destination.part[3];
        ip->daddr = to->source.part[3];
        changed += (__u64)(__u16)~before + ip->check;
    }

    /* A router on the way keeps its name, unless the host that hears of it has no way to it: SNAT hides it. */
    if (to->mode == MODE_SNAT || same(source, &w->other.source))
        source = &to->source;
    if (outer->v6)
        changed += address_difference(&outer->key.source, source)
                   + address_difference(&outer->key.destination, &to->destination);
    checksum = at(ctx, outer->l4 + 2, sizeof(*checksum));
    if (!checksum)
        return 0;
    *checksum = adjust(*checksum, changed);
    return write_addresses(ctx, outer, source, &to->destination);
}
