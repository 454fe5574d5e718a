package io.sluice.engine.config;

import java.nio.file.Path;

/** A certificate (PEM, with its chain) and its private key (PEM). */
public record TlsIdentity(Path certificate, Path key) {
}
