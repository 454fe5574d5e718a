package io.sluice.dataplane.service;

import javax.net.ssl.SSLEngine;

/** TLS of one side of a service, the clients' or a real server's; any thread. */
public interface Encryption {
    /** One connection's own, in the role and with the names that belong to that side. */
    SSLEngine engine();
}
