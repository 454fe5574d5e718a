package io.sluice.engine.config;

/** What a virtual service carries. */
public enum Protocol implements Word {
    TCP, UDP
}
