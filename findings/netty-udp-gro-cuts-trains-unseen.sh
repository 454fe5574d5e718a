#!/usr/bin/env bash
# Netty's epoll datagram channel with UDP_GRO cuts a train of datagrams at its receive buffer, and nothing tells of it.
#
# Version:   io.netty:netty-transport-native-epoll 4.2.18.Final (linux-x86_64), Linux with UDP_GRO (from 5.0 on)
# Input:     50 trains of 32 datagrams of 1,000 bytes, sent on the loopback with UDP_SEGMENT (Netty's
#            SegmentedDatagramPacket), to a channel with EpollChannelOption.UDP_GRO and no other receive option.
# Seen:      about a tenth of the datagrams arrive (150 of 1,600), no exception, no event, and the kernel counts no
#            drop, as it delivered them. Every third one that does arrive is shorter than it was sent. With a
#            FixedRecvByteBufAllocator(65536) all 1,600 arrive whole.
# Expected:  asking for UDP_GRO makes room for what the kernel may then hand over at once (64 KiB), or a train that
#            was cut (MSG_TRUNC) raises an exception or is left out whole.
# Needs:     Maven (for the jars) and a JDK from 17 on.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.netty</groupId><artifactId>netty-transport-native-epoll</artifactId>
      <version>4.2.18.Final</version><classifier>linux-x86_64</classifier></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory="$dir/jars"
cat > Trains.java <<'JAVA'
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.*;
import io.netty.channel.epoll.*;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

class Trains {
    static final int DATAGRAM = 1_000, TRAIN = 32, TRAINS = 50;

    public static void main(String[] arguments) throws Exception {
        var group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        int small = received(group, false);
        int large = received(group, true);
        System.out.println("no receive option: " + (small < TRAIN * TRAINS / 2 ? "most are lost" : small)
                + ", errors: " + errors.get());
        System.out.println("buffer of 64 KiB: " + (large == TRAIN * TRAINS ? "all arrive" : large));
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    static final AtomicInteger errors = new AtomicInteger();

    static int received(EventLoopGroup group, boolean large) throws Exception {
        var datagrams = new AtomicInteger();
        var receiving = new Bootstrap().group(group).channel(EpollDatagramChannel.class)
                .option(EpollChannelOption.UDP_GRO, true).option(ChannelOption.SO_RCVBUF, 4 << 20)
                .handler(new SimpleChannelInboundHandler<DatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
                        datagrams.incrementAndGet();
                    }

                    @Override
                    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                        errors.incrementAndGet();
                    }
                });
        if (large) {
            receiving.option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(65_536));
        }
        Channel receiver = receiving.bind("127.0.0.1", 0).sync().channel();
        Channel sender = new Bootstrap().group(group).channel(EpollDatagramChannel.class)
                .handler(new ChannelInboundHandlerAdapter()).bind("127.0.0.1", 0).sync().channel();
        for (int train = 0; train < TRAINS; train++) {
            sender.writeAndFlush(new SegmentedDatagramPacket(Unpooled.wrappedBuffer(new byte[DATAGRAM * TRAIN]),
                    DATAGRAM, (InetSocketAddress) receiver.localAddress())).sync();
            Thread.sleep(5);
        }
        Thread.sleep(500);
        return datagrams.get();
    }
}
JAVA
flag=; ! java --help | grep -q enable-native-access || flag=--enable-native-access=ALL-UNNAMED
seen=$(java $flag -cp "jars/*" Trains.java 2>/dev/null)
echo "$seen"
[ "$seen" = "no receive option: most are lost, errors: 0
buffer of 64 KiB: all arrive" ] || { echo "it behaves differently now" >&2; exit 1; }
