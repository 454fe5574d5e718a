package io.sluice.control.config.model;

/** Which kernel interface the workers' event loops use. */
public enum Transport implements Word {
    /** The best the running kernel offers, found by probing. */
    AUTO, IO_URING, EPOLL;

    @Override
    public String word() {
        return this == IO_URING ? "io_uring" : Word.super.word(); // the kernel's own spelling
    }
}
