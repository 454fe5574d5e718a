/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Turning a packet into what its flow says: addresses, ports, TTL, and checksums by difference (RFC 1624). At tc the
 * checksum of TCP and UDP goes through the kernel's helper, which knows packets whose sender left it to the card.
 */
#pragma once

#include "maps.h"

INLINE __u16 fold(__u64 sum)
{
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return sum;
}

/* What the ones' complement sum grows by. */
INLINE __u64 address_difference(const struct address *from, const struct address *to)
{
    __u64 sum = 0;

#pragma unroll
    for (int i = 0; i < 4; i++)
        sum += (__u64)(__u32)~from->part[i] + to->part[i];
    return sum;
}

INLINE __u64 port_difference(const struct flow_key *from, const struct flow *to)
{
    return (__u64)(__u16)~from->source_port + to->source_port + (__u16)~from->destination_port + to->destination_port;
}

INLINE __u16 adjust(__u16 checksum, __u64 difference)
{
    return ~fold((__u16)~checksum + difference);
}

/* 0 in UDP means that there is none, and a sum of 0 is written as 0xffff (RFC 768). */
INLINE void adjust_transport(__u16 *checksum, __u8 protocol, __u64 difference)
{
    if (protocol == IPPROTO_UDP && !*checksum)
        return;
    *checksum = adjust(*checksum, difference);
    if (protocol == IPPROTO_UDP && !*checksum)
        *checksum = 0xffff;
}

INLINE __u32 checksum_offset(const struct packet *p)
{
    return p->l4 + (p->key.protocol == IPPROTO_TCP ? 16 : 6);
}

/* Lowers the TTL of the packet and answers 0 where it has run out. */
INLINE int age(ctx_t *ctx, const struct packet *p)
{
    if (p->ttl <= 1)
        return 0;
    if (p->v6) {
        struct ipv6hdr *ip = at(ctx, p->l3, sizeof(*ip));

        if (ip)
            ip->hop_limit--;
    } else {
        struct iphdr *ip = at(ctx, p->l3, sizeof(*ip));

        if (ip) {
            ip->ttl--;
            ip->check = adjust(ip->check, (__u16)~bpf_htons(0x0100));
        }
    }
    return 1;
}

INLINE int write_addresses(ctx_t *ctx, const struct packet *p, const struct address *source,
                           const struct address *destination)
{
    if (p->v6) {
        struct ipv6hdr *ip = at(ctx, p->l3, sizeof(*ip));

        if (!ip)
            return 0;
        __builtin_memcpy(&ip->saddr, source, sizeof(*source));
        __builtin_memcpy(&ip->daddr, destination, sizeof(*destination));
    } else {
        struct iphdr *ip = at(ctx, p->l3, sizeof(*ip));

        if (!ip)
            return 0;
        ip->check = adjust(ip->check, address_difference(&p->key.source, source)
                                          + address_difference(&p->key.destination, destination));
        ip->saddr = source->part[3];
        ip->daddr = destination->part[3];
    }
    return 1;
}

INLINE int write_ports(ctx_t *ctx, const struct packet *p, const struct flow *to)
{
    struct ports *ports = at(ctx, p->l4, sizeof(*ports));

    if (!ports)
        return 0;
    ports->source = to->source_port;
    ports->destination = to->destination_port;
    return 1;
}

/* Addresses, ports and checksums of a packet of a flow; not in DR, which leaves them alone. */
INLINE int translate(ctx_t *ctx, const struct packet *p, const struct flow *to)
{
    __u64 addresses = address_difference(&p->key.source, &to->source)
                      + address_difference(&p->key.destination, &to->destination);

    if (p->fragment != LATER_FRAGMENT) {
#ifdef HOOK_TC
        __u32 place = checksum_offset(p);
        __u64 unless_zero = p->key.protocol == IPPROTO_UDP ? BPF_F_MARK_MANGLED_0 : 0;
        __u32 from = (__u32)p->key.source_port << 16 | p->key.destination_port;
        __u32 into = (__u32)to->source_port << 16 | to->destination_port;

        bpf_l4_csum_replace(ctx, place, 0, fold(addresses), BPF_F_PSEUDO_HDR | unless_zero);
        if (from != into)
            bpf_l4_csum_replace(ctx, place, from, into, 4 | unless_zero);
#else
        __u16 *checksum = at(ctx, checksum_offset(p), sizeof(*checksum));

        if (!checksum)
            return 0;
        adjust_transport(checksum, p->key.protocol, addresses + port_difference(&p->key, to));
#endif
        if (!write_ports(ctx, p, to))
            return 0;
    }
    return write_addresses(ctx, p, &to->source, &to->destination);
}
