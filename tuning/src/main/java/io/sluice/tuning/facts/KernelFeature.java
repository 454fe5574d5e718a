package io.sluice.tuning.facts;

/** A part of the kernel that a build may leave out, with the three places that tell whether it is there. */
public enum KernelFeature {
    IO_URING("CONFIG_IO_URING", "", "io_uring_setup", "io_uring"),
    BPF("CONFIG_BPF_SYSCALL", "", "bpf_prog_load", "BPF"),
    XDP_SOCKETS("CONFIG_XDP_SOCKETS", "", "xsk_recvmsg", "AF_XDP sockets"),
    SCHED_CLS("CONFIG_NET_CLS_BPF", "cls_bpf", "cls_bpf_classify", "tc BPF classifier"),
    NF_TABLES("CONFIG_NF_TABLES", "nf_tables", "nft_do_chain", "nftables"),
    NFT_TPROXY("CONFIG_NFT_TPROXY", "nft_tproxy", "nft_tproxy_eval_v4", "nftables tproxy"),

    NFT_SOCKET("CONFIG_NFT_SOCKET", "nft_socket", "nft_socket_eval", "nftables socket match"),
    PACKET_SOCKETS("CONFIG_PACKET", "af_packet", "packet_create", "packet sockets");

    final String option;
    final String module;
    final String symbol;
    private final String title;

    KernelFeature(String option, String module, String symbol, String title) {
        this.option = option;
        this.module = module;
        this.symbol = symbol;
        this.title = title;
    }

    /** The name in /boot/config and /proc/config.gz. */
    public String option() {
        return option;
    }

    /** The module's name; empty when it cannot be a module. */
    public String module() {
        return module;
    }

    public String title() {
        return title;
    }
}
