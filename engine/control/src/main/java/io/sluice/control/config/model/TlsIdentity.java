package io.sluice.control.config.model;

import java.nio.file.Path;

/** A certificate (PEM, with its chain) and its private key (PEM). */
public record TlsIdentity(Path certificate, Path key) {
}
