package io.sluice.program.admin.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** TLS connections on which the JDK compares the certificate with the name that was asked for (RFC 4513, 3.1.3). */
final class NamedTlsSockets extends SSLSocketFactory {
    private final SSLSocketFactory factory;

    NamedTlsSockets(SSLSocketFactory factory) {
        this.factory = factory;
    }

    private static Socket strict(Socket socket) {
        if (!(socket instanceof SSLSocket encrypted)) {
            throw new IllegalStateException("no TLS: " + socket);
        }
        SSLParameters parameters = encrypted.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("LDAPS");
        encrypted.setSSLParameters(parameters);
        return encrypted;
    }

    @Override
    public Socket createSocket() throws IOException {
        return strict(factory.createSocket());
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean closesToo) throws IOException {
        return strict(factory.createSocket(socket, host, port, closesToo));
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return strict(factory.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        return strict(factory.createSocket(host, port, local, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return strict(factory.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return strict(factory.createSocket(host, port, local, localPort));
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return factory.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return factory.getSupportedCipherSuites();
    }
}
