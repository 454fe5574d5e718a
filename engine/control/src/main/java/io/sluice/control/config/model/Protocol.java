package io.sluice.control.config.model;

/** What a virtual service carries. */
public enum Protocol implements Word {
    TCP, UDP
}
