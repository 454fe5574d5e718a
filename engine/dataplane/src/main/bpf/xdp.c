/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The program at XDP: frames as the card has them, before the kernel makes packets of them. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

typedef struct xdp_md ctx_t;
#define PASS XDP_PASS
#define DROP XDP_DROP
#define holds(ctx, end) ((void *)(long)(ctx)->data + (end) <= (void *)(long)(ctx)->data_end)

#include "balance.h"

SEC("xdp")
int sluice(struct xdp_md *frame)
{
    return balance(frame);
}

char _license[] SEC("license") = "GPL";
