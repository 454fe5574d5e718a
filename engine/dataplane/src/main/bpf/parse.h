/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Reading a frame: Ethernet, VLAN tags, IPv4 with options, IPv6 with extension headers, TCP, UDP, ICMP errors. */
#pragma once

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include "types.h"

#define MAX_OFFSET 0x1ff        /* headers end below it, or the packet is not ours; what the verifier bounds reads by */
#define MAX_EXTENSIONS 6
#define ICMP_HEADER 8

enum parsed { PARSED_FOREIGN, PARSED_MALFORMED, PARSED_FLOW, PARSED_ERROR };
enum { WHOLE, FIRST_FRAGMENT, LATER_FRAGMENT };
enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_ACK = 16 };

struct packet {
    struct flow_key key;
    __u32 l3;                   /* offsets in the frame */
    __u32 l4;
    __u32 length;               /* of the IP packet, bytes */
    __u32 fragment_id;
    __u8 v6;
    __u8 fragment;
    __u8 tcp_flags;
    __u8 ttl;
    __u32 zero;
};

struct vlan { __be16 tci; __be16 type; };
struct extension { __u8 next; __u8 length; };
struct fragment_header { __u8 next; __u8 zero; __be16 offset; __be32 id; };
struct ports { __be16 source; __be16 destination; };

/* Bytes of the packet for direct reads and writes, or 0 where it ends before. */
INLINE void *at(ctx_t *ctx, __u32 offset, __u32 length)
{
    void *data, *end;

    barrier_var(ctx);           /* or the compiler keeps the fields' addresses, which the verifier refuses */
    data = (void *)(long)ctx->data;
    end = (void *)(long)ctx->data_end;
    barrier_var(offset);        /* or the compiler drops the mask that the verifier needs */
    offset &= MAX_OFFSET;
    if (data + offset + length > end)
        return 0;
    return data + offset;
}

INLINE void v4_mapped(struct address *to, __be32 address)
{
    to->part[0] = 0;
    to->part[1] = 0;
    to->part[2] = bpf_htonl(0xffff);
    to->part[3] = address;
}

/* Ports and flags. An ICMP error quotes eight bytes only: of TCP not the flags. */
INLINE int parse_transport(ctx_t *ctx, struct packet *p, int quoted)
{
    if (p->fragment == LATER_FRAGMENT)
        return PARSED_FLOW;
    if (p->key.protocol == IPPROTO_TCP && !quoted) {
        struct tcphdr *tcp = at(ctx, p->l4, sizeof(*tcp));

        if (!tcp || tcp->doff < 5)
            return PARSED_MALFORMED;
        p->tcp_flags = ((__u8 *)tcp)[13];
        p->key.source_port = tcp->source;
        p->key.destination_port = tcp->dest;
        return PARSED_FLOW;
    }
    if (p->key.protocol == IPPROTO_TCP || p->key.protocol == IPPROTO_UDP) {
        struct ports *ports = at(ctx, p->l4, 8);

        if (!ports)
            return PARSED_MALFORMED;
        p->key.source_port = ports->source;
        p->key.destination_port = ports->destination;
        return PARSED_FLOW;
    }
    return PARSED_FOREIGN;
}

/* Destination unreachable (with: too big), time exceeded, parameter problem. */
INLINE int is_error(ctx_t *ctx, struct packet *p)
{
    __u8 *type = at(ctx, p->l4, ICMP_HEADER);

    if (!type)
        return 0;
    if (p->v6)
        return *type >= 1 && *type <= 4;
    return *type == 3 || *type == 11 || *type == 12;
}

INLINE int parse_v4(ctx_t *ctx, struct packet *p, int quoted)
{
    struct iphdr *ip = at(ctx, p->l3, sizeof(*ip));
    __u32 header;
    __u16 fragment;

    if (!ip || ip->version != 4 || ip->ihl < 5)
        return PARSED_MALFORMED;
    header = ip->ihl * 4;
    fragment = bpf_ntohs(ip->frag_off);
    p->v6 = 0;
    p->l4 = p->l3 + header;
    p->length = bpf_ntohs(ip->tot_len);
    p->ttl = ip->ttl;
    p->fragment_id = ip->id;
    p->fragment = fragment & 0x1fff ? LATER_FRAGMENT : fragment & 0x2000 ? FIRST_FRAGMENT : WHOLE;
    p->key.protocol = ip->protocol;
    v4_mapped(&p->key.source, ip->saddr);
    v4_mapped(&p->key.destination, ip->daddr);
    if (p->length < header || (!quoted && !holds(ctx, p->l3 + p->length)))
        return PARSED_MALFORMED;
    if (!quoted && ip->protocol == IPPROTO_ICMP && p->fragment == WHOLE && is_error(ctx, p))
        return PARSED_ERROR;
    return parse_transport(ctx, p, quoted);
}

INLINE int parse_v6(ctx_t *ctx, struct packet *p, int quoted)
{
    struct ipv6hdr *ip = at(ctx, p->l3, sizeof(*ip));
    __u32 offset = p->l3 + sizeof(*ip);
    __u8 next;

    if (!ip || ip->version != 6)
        return PARSED_MALFORMED;
    p->v6 = 1;
    p->length = sizeof(*ip) + bpf_ntohs(ip->payload_len);
    p->ttl = ip->hop_limit;
    p->fragment = WHOLE;
    p->fragment_id = 0;
    __builtin_memcpy(&p->key.source, &ip->saddr, sizeof(struct address));
    __builtin_memcpy(&p->key.destination, &ip->daddr, sizeof(struct address));
    next = ip->nexthdr;
    if (!quoted && !holds(ctx, p->l3 + p->length))
        return PARSED_MALFORMED;
#pragma unroll
    for (int i = 0; i < MAX_EXTENSIONS; i++) {
        if (next == IPPROTO_HOPOPTS || next == IPPROTO_ROUTING || next == IPPROTO_DSTOPTS) {
            struct extension *extension = at(ctx, offset, 8);

            if (!extension)
                return PARSED_MALFORMED;
            next = extension->next;
            offset += (extension->length + 1) * 8;
        } else if (next == IPPROTO_FRAGMENT) {
            struct fragment_header *header = at(ctx, offset, sizeof(*header));
            __u16 place;

            if (!header)
                return PARSED_MALFORMED;
            place = bpf_ntohs(header->offset);
            next = header->next;
            offset += sizeof(*header);
            p->fragment_id = header->id;
            if (place & 0xfff8) {
                p->fragment = LATER_FRAGMENT;
                break;          /* what follows is data */
            }
            if (place & 1)
                p->fragment = FIRST_FRAGMENT;
        } else {
            break;
        }
        if (offset > MAX_OFFSET - 64)
            return PARSED_FOREIGN;
    }
    p->l4 = offset;
    p->key.protocol = next;
    if (!quoted && next == IPPROTO_ICMPV6 && p->fragment == WHOLE && is_error(ctx, p))
        return PARSED_ERROR;
    return parse_transport(ctx, p, quoted);
}

INLINE void clear(struct packet *p)
{
    __builtin_memset(p, 0, sizeof(*p));
}

INLINE int parse(ctx_t *ctx, struct packet *p)
{
    struct ethhdr *ethernet = at(ctx, 0, sizeof(*ethernet));
    __be16 type;

    clear(p);
    if (!ethernet)
        return PARSED_FOREIGN;
    type = ethernet->h_proto;
    p->l3 = sizeof(*ethernet);
#pragma unroll
    for (int i = 0; i < 2; i++) {
        if (type == bpf_htons(ETH_P_8021Q) || type == bpf_htons(ETH_P_8021AD)) {
            struct vlan *vlan = at(ctx, p->l3, sizeof(*vlan));

            if (!vlan)
                return PARSED_FOREIGN;
            type = vlan->type;
            p->l3 += sizeof(*vlan);
        }
    }
    if (type == bpf_htons(ETH_P_IP))
        return parse_v4(ctx, p, 0);
    if (type == bpf_htons(ETH_P_IPV6))
        return parse_v6(ctx, p, 0);
    return PARSED_FOREIGN;
}

/* The packet that an ICMP error is about. */
INLINE int parse_quoted(ctx_t *ctx, struct packet *outer, struct packet *inner)
{
    clear(inner);
    inner->l3 = outer->l4 + ICMP_HEADER;
    return outer->v6 ? parse_v6(ctx, inner, 1) : parse_v4(ctx, inner, 1);
}
