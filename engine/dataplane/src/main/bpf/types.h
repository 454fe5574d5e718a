/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * What the program and Java share: keys and values of the maps, settings, verdicts. Each structure has one class in
 * io.sluice.dataplane.packet; a test reads the object's BTF to see that both agree. Numbers are in the machine's byte
 * order unless they are __be; IPv4 addresses are IPv4-mapped (RFC 4291, 2.5.5.2), as Sluice's Ip has them.
 */
#pragma once

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#define INLINE static __always_inline

/* Raised with every change of a structure: maps that are pinned or adopted must have been written by the same one. */
#define LAYOUT 1

#define TABLE_SLOTS 65537   /* a prime, as the permutations of Maglev need */

enum mode { MODE_DR = 1, MODE_NAT = 2, MODE_SNAT = 3 };

enum choice {
    CHOICE_HASH = 1,        /* maglev, source-hash: the slot of the client's address */
    CHOICE_TURN = 2,        /* round-robin, weighted: the slots in turn, one counter for each processor */
};

/* Every way a packet can end; the word for users is the name after VERDICT_ in lower case. */
enum verdict {
    VERDICT_FOREIGN,        /* passed on: of no service, the kernel's business */
    VERDICT_MALFORMED,      /* passed on: no header that could be read; the kernel judges it */
    VERDICT_OPENED,         /* sent: the first of a flow */
    VERDICT_FORWARDED,      /* sent: client to server */
    VERDICT_REPLIED,        /* sent: server to client */
    VERDICT_ERROR_PASSED,   /* sent: an ICMP error to whom it concerns */
    VERDICT_NO_SERVER,      /* dropped: the service has none that serves */
    VERDICT_NO_FLOW,        /* dropped: neither a flow nor the beginning of one */
    VERDICT_NO_PORT,        /* dropped: no source port is left towards this server */
    VERDICT_NO_ROUTE,       /* dropped: the kernel has no way there */
    VERDICT_NO_NEIGHBOUR,   /* dropped: the next hop's MAC address is not known yet (XDP only) */
    VERDICT_TOO_BIG,        /* dropped: larger than the MTU of the way out */
    VERDICT_EXPIRED,        /* dropped: its TTL has run out */
    VERDICT_STRAY_FRAGMENT, /* dropped: a fragment whose first one was not seen */
    VERDICT_FAMILY,         /* dropped: IPv4 towards an IPv6 server, or the reverse */
    VERDICT_FULL,           /* dropped: the flow table takes no more */
    VERDICTS,
};

struct address {
    __be32 part[4];
};

struct service_key {
    struct address address;
    __be16 port;
    __u8 protocol;
    __u8 zero;
};

struct service {
    __u32 id;               /* of its timeouts and its turn */
    __u32 table;            /* which of tables chooses for it */
    __u8 mode;
    __u8 choice;
    __u16 ports;            /* of each source address, from first_port on; 0 unless MODE_SNAT */
    __u16 first_port;
    __u16 source;           /* SNAT: the first of its source addresses in sources */
    __u16 sources;          /* and how many */
    __u16 zero[3];
    __u64 mask_high;        /* of the client's address, for its hash: affinity by network */
    __u64 mask_low;
};

/* Nanoseconds for which a flow lives without a packet, by its state. */
struct timeouts {
    __u64 opening_ns;
    __u64 established_ns;
    __u64 half_closed_ns;
    __u64 closed_ns;
};

struct server {
    struct address address;
    __be16 port;            /* 0: the one that the client asked for */
    __u16 zero;
    __u32 interface;        /* the way to it, for a host that does not forward; 0: not known */
};

struct table {
    __u16 server[TABLE_SLOTS + 3];  /* index in servers; the three make it a multiple of eight bytes */
};
#define NO_SERVER 0xffff

struct flow_key {
    struct address source;
    struct address destination;
    __be16 source_port;
    __be16 destination_port;
    __u8 protocol;
    __u8 zero[3];
};

enum state {
    STATE_OPENING,          /* a SYN, or datagrams without an answer */
    STATE_ESTABLISHED,
    STATE_HALF_CLOSED,      /* one FIN */
    STATE_CLOSED,           /* both, or a reset */
};

enum flow_flags {
    FLOW_REPLY = 1,         /* from server to client */
    FLOW_ANSWERED = 2,      /* the server has answered */
    FLOW_FINISHED = 4,      /* this direction has sent its FIN */
    FLOW_RESET = 8,
};

/* One direction of a flow: what its packets are turned into. The other one stands under the key it answers by. */
struct flow {
    struct address source;
    struct address destination;
    __be16 source_port;
    __be16 destination_port;
    __u8 mode;
    __u8 state;
    __u8 flags;
    __u8 zero;
    __u32 service;
    __u32 server;
    __u32 interface;        /* where this direction goes, for a host that does not forward; 0: not known */
    __u32 unused;
    __u64 last_ns;          /* CLOCK_MONOTONIC, coarse */
    __u64 told_ns;          /* when the other direction was last told that the flow lives */
    __u64 packets;
    __u64 bytes;            /* of IP packets */
};

struct fragment_key {
    struct address source;
    struct address destination;
    __u32 id;
    __u8 protocol;
    __u8 zero[3];
};

struct fragment {
    __be16 source_port;
    __be16 destination_port;
    __u32 zero;
    __u64 seen_ns;
};

struct settings {
    __u32 layout;
    __u32 zero;
    __u64 fragment_ns;      /* how long later fragments may follow their first one */
};
