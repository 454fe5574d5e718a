package io.sluice.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTest {
    @ParameterizedTest
    @CsvSource({"10.0.0.1, 10.0.0.1:80", "::1, [::1]:80", "::, [::]:80", "2001:db8:0:0:0:0:0:1, [2001:db8::1]:80",
        "2001:db8:0:1:1:1:1:1, [2001:db8:0:1:1:1:1:1]:80", "2001:0:0:1:0:0:0:1, [2001:0:0:1::1]:80",
        "FE80:0:0:0:0ABC:0:0:0, [fe80::abc:0:0:0]:80"})
    void an_endpoint_reads_as_people_write_it(String address, String text) {
        InetAddress ip = InetAddress.ofLiteral(address);
        assertThat(new Endpoint(Ip.hi(ip), Ip.lo(ip), 80)).hasToString(text);
    }
}
