package io.sluice.control.config.type;

import io.sluice.control.config.model.Word;
import io.sluice.control.config.type.AddressTypes.AddressType;
import io.sluice.control.config.type.AddressTypes.EndpointType;
import io.sluice.control.config.type.CollectionTypes.ListType;
import io.sluice.control.config.type.FileTypes.FileType;
import io.sluice.control.config.type.NumberTypes.NumberType;
import io.sluice.control.config.type.QuantityTypes.DurationType;
import io.sluice.control.config.type.TextTypes.BooleanType;
import io.sluice.control.config.type.TextTypes.TextType;
import io.sluice.control.config.type.TextTypes.WordType;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import java.nio.file.Path;
import java.time.Duration;

/** The types that many keys share. */
public final class Types {
    public static final Type<Boolean> BOOLEAN = new BooleanType();
    public static final Type<Ip> ADDRESS = new AddressType();
    public static final Type<Endpoint> SERVER_ADDRESS = new EndpointType(EndpointType.Use.SERVER);
    public static final Type<Endpoint> OWN_ADDRESS = new EndpointType(EndpointType.Use.OWN);
    public static final Type<Path> CERTIFICATE = new FileType(FileType.Content.CERTIFICATE);
    public static final Type<Path> PRIVATE_KEY = new FileType(FileType.Content.KEY);
    public static final Type<Path> SECRET = new FileType(FileType.Content.SECRET);
    public static final Type<Path> PATH = new FileType(FileType.Content.OWN);
    public static final Type<Integer> PORT = new NumberType(1, 65_535);
    public static final Type<String> INTERFACE = new TextType("[^/\\s:]{1,15}", "an interface",
            "the name of a network interface, up to 15 characters");
    public static final Type<String> HOST_NAME = new TextType("(?!-)[A-Za-z0-9.:_\\-\\[\\]]{1,253}", "a host name",
            "a host name or an address");
    public static final Type<String> NAME = new TextType("[A-Za-z0-9_][A-Za-z0-9._-]{0,62}", "a name",
            "1 to 63 letters, digits, '.', '_' and '-'");
    /** 0 means no limit. */
    public static final Type<Integer> LIMIT = new NumberType(0, Integer.MAX_VALUE);

    private Types() {
    }

    public static <E extends Enum<E> & Word> Type<E> word(Class<E> type) {
        return new WordType<>(type, Word::word);
    }

    public static Type<Duration> duration(Duration low, Duration high) {
        return new DurationType(low, high);
    }

    public static <V> ListType<V> oneOrMore(Type<V> item) {
        return new ListType<>(item, false);
    }

    public static <V> ListType<V> anyNumber(Type<V> item) {
        return new ListType<>(item, true);
    }
}
