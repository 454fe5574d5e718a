/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Which server: by the hash of the client's address, or in turn, from a table that Java has built. */
#pragma once

#include "maps.h"

/* Variant 13 of Stafford's mixers, as io.sluice.scheduler.Mix64 has it: both must choose alike. */
INLINE __u64 mix(__u64 z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}

#define GOLDEN 0x9e3779b97f4a7c15ull

INLINE __u64 half(const struct address *address, int first)
{
    return (__u64)bpf_ntohl(address->part[first]) << 32 | bpf_ntohl(address->part[first + 1]);
}

/* io.sluice.scheduler.ClientHash. */
INLINE __u64 client_hash(const struct service *service, const struct packet *p)
{
    __u64 low = half(&p->key.source, 2) & service->mask_low;

    if (!p->v6)
        return mix(GOLDEN ^ (low & 0xffffffff));
    return mix(mix((half(&p->key.source, 0) & service->mask_high) + GOLDEN) ^ low);
}

INLINE __u32 to_range(__u64 hash, __u32 bound)
{
    return (__u32)(((hash >> 32) * bound) >> 32);
}

/* The index of a server, or NO_SERVER. */
INLINE __u32 choose(const struct service *service, const struct packet *p)
{
    __u32 number = service->table, zero = 0, slot;
    void *map = bpf_map_lookup_elem(&tables, &number);
    struct table *table;

    if (!map)
        return NO_SERVER;
    table = bpf_map_lookup_elem(map, &zero);
    if (!table)
        return NO_SERVER;
    if (service->choice == CHOICE_TURN) {
        __u32 id = service->id;
        __u32 *turn = bpf_map_lookup_elem(&turns, &id);

        if (!turn)
            return NO_SERVER;
        slot = *turn;
        *turn = slot + 1 >= TABLE_SLOTS ? 0 : slot + 1;
    } else {
        slot = to_range(client_hash(service, p), TABLE_SLOTS);
    }
    if (slot >= TABLE_SLOTS)
        return NO_SERVER;
    return table->server[slot];
}
