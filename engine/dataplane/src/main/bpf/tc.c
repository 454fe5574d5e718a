/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The program at tcx or clsact, ingress: packets as the kernel has them, GSO and partial checksums included. */
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

#define HOOK_TC
typedef struct __sk_buff ctx_t;
#define PASS TC_ACT_UNSPEC      /* in tcx the next program's turn */
#define DROP TC_ACT_SHOT
#define holds(ctx, end) ((end) <= (ctx)->len)

#include "balance.h"

#define HEADERS 192             /* bytes that are made readable in one piece */

SEC("tc")
int sluice(struct __sk_buff *skb)
{
    /* On a bridge, or where somebody listens to all, frames for other hosts come by: they are theirs. */
    if (skb->pkt_type != PACKET_HOST)
        return finish(VERDICT_FOREIGN, PASS);

    __u32 wanted = skb->len < HEADERS ? skb->len : HEADERS;

    if ((void *)(long)skb->data + wanted > (void *)(long)skb->data_end && bpf_skb_pull_data(skb, wanted))
        return PASS;
    return balance(skb);
}

char _license[] SEC("license") = "GPL";
