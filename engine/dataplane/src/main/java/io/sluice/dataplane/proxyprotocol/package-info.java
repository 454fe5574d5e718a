/** The PROXY protocol, versions 1 and 2, as HAProxy's proxy-protocol.txt (2020-03-05) specifies it. */
@org.jspecify.annotations.NullMarked
package io.sluice.dataplane.proxyprotocol;
