/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The maps. Java creates them by these definitions and fills those above the line; the program writes the others. */
#pragma once

#include "types.h"
#include "parse.h"

const volatile struct settings settings = { .layout = LAYOUT, .fragment_ns = 30000000000ull };

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16384);
    __type(key, struct service_key);
    __type(value, struct service);
} services SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 4096);
    __type(key, __u32);
    __type(value, struct timeouts);
} timeouts SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 65535);
    __type(key, __u32);
    __type(value, struct server);
} servers SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 4096);
    __type(key, __u32);
    __type(value, struct address);
} sources SEC(".maps");

/* A table is replaced as a whole, so that no packet meets half of one. Its value is a struct table, whose type clang 14
 * does not write down this deep. */
struct table_map {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __uint(value_size, sizeof(struct table));
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
    __uint(max_entries, 4096);
    __type(key, __u32);
    __array(values, struct table_map);
} tables SEC(".maps");

/* Of services, of SNAT sources, and of servers in NAT and SNAT: whose fragments are ours. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 65536);
    __type(key, struct address);
    __type(value, __u32);
} addresses SEC(".maps");

/* ------------------------------------------------------------------------------------------------------------- */

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 1048576);
    __type(key, struct flow_key);
    __type(value, struct flow);
} flows SEC(".maps");

/* Apart, so that a flood of SYNs or of forged datagrams pushes out only its own kind. */
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 262144);
    __type(key, struct flow_key);
    __type(value, struct flow);
} opening SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 16384);
    __type(key, struct fragment_key);
    __type(value, struct fragment);
} fragments SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 4096);
    __type(key, __u32);
    __type(value, __u32);
} turns SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, VERDICTS);
    __type(key, enum verdict);
    __type(value, __u64);
} verdicts SEC(".maps");

/* What one packet needs at once; the stack has 512 bytes. */
struct work {
    struct packet packet;
    struct packet inner;            /* what an ICMP error quotes */
    struct flow_key other;          /* the key of the other direction */
    struct flow to;                 /* what this packet is turned into */
    struct flow forward;            /* both entries of a flow that is being opened or moved */
    struct flow reply;
    struct fragment_key fragment;
    struct bpf_fib_lookup route;
    struct {                        /* never read: clang describes to Java only the types that data have */
        enum mode mode;
        enum choice choice;
        enum state state;
        enum flow_flags flags;
    } words;
};

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct work);
} scratch SEC(".maps");
