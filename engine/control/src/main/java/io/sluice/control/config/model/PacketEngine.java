package io.sluice.control.config.model;

/** What moves packets for services in a packet-level mode. */
public enum PacketEngine implements Word {
    AUTO, TC, XDP, AF_XDP;

    @Override
    public String word() {
        return this == AF_XDP ? "af_xdp" : Word.super.word(); // the kernel's own spelling
    }
}
