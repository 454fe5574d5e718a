package io.sluice.dataplane.relay;

import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLSession;

/**
 * Encrypts nothing and has a bug: it throws when it sees a {@code !}. In the place of an established connection's TLS.
 */
final class PlainEngine extends SSLEngine {
    private static final String[] NONE = {};
    private boolean over;

    @Override
    public SSLEngineResult wrap(ByteBuffer[] from, int offset, int length, ByteBuffer to) {
        int bytes = 0;
        for (int i = offset; i < offset + length; i++) {
            bytes += from[i].remaining();
            to.put(from[i]);
        }
        return new SSLEngineResult(Status.OK, HandshakeStatus.NOT_HANDSHAKING, bytes, bytes);
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer from, ByteBuffer[] to, int offset, int length) {
        int bytes = from.remaining();
        if (bytes == 0) {
            return new SSLEngineResult(Status.BUFFER_UNDERFLOW, HandshakeStatus.NOT_HANDSHAKING, 0, 0);
        }
        while (from.hasRemaining()) {
            byte next = from.get();
            if (next == '!') {
                throw new IllegalStateException("a bug that bytes of one client set off");
            }
            to[offset].put(next);
        }
        return new SSLEngineResult(Status.OK, HandshakeStatus.NOT_HANDSHAKING, bytes, bytes);
    }

    @Override
    public SSLSession getSession() {
        try {
            return SSLContext.getDefault().createSSLEngine().getSession(); // for the sizes of its buffers
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public HandshakeStatus getHandshakeStatus() {
        return HandshakeStatus.NOT_HANDSHAKING;
    }

    @Override
    public void beginHandshake() {
        // there is none
    }

    @Override
    @SuppressWarnings("NullAway") // as the class demands: null for none
    public Runnable getDelegatedTask() {
        return null;
    }

    @Override
    public void closeInbound() {
        over = true;
    }

    @Override
    public boolean isInboundDone() {
        return over;
    }

    @Override
    public void closeOutbound() {
        over = true;
    }

    @Override
    public boolean isOutboundDone() {
        return over;
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return NONE;
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return NONE;
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        // has none
    }

    @Override
    public String[] getSupportedProtocols() {
        return NONE;
    }

    @Override
    public String[] getEnabledProtocols() {
        return NONE;
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        // has none
    }

    @Override
    public void setUseClientMode(boolean mode) {
        // the same for both
    }

    @Override
    public boolean getUseClientMode() {
        return false;
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        // asks nobody
    }

    @Override
    public boolean getNeedClientAuth() {
        return false;
    }

    @Override
    public void setWantClientAuth(boolean want) {
        // asks nobody
    }

    @Override
    public boolean getWantClientAuth() {
        return false;
    }

    @Override
    public void setEnableSessionCreation(boolean flag) {
        // has none
    }

    @Override
    public boolean getEnableSessionCreation() {
        return false;
    }
}
