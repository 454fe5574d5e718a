package io.sluice.program.cli;

import io.sluice.control.config.model.Distance;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Every command: its name, its line in {@code sluice --help} and how to make it. Only the one that is asked for is
 * loaded, so that {@code sluice version} does not pay for the rest.
 */
public enum Commands {
    DEMO(Group.FIRST, "demo", "See it work: servers, load, a server killed, in one command", DemoCommand::new),
    VERSION(Group.FIRST, "version", "Versions of Sluice, Java and the kernel", VersionCommand::new),
    DOCTOR(Group.FIRST, "doctor", "What is wrong with this host, and what mends it", DoctorCommand::new),
    COMPLETION(Group.FIRST, "completion", "Completion script for bash or zsh", CompletionCommand::new),

    CHECK(Group.CONFIGURE, "check", "Every problem of a configuration file", CheckCommand::new),
    PLAN(Group.CONFIGURE, "plan", "What a reload would change", PlanCommand::new),
    FMT(Group.CONFIGURE, "fmt", "Lay a configuration file out", FmtCommand::new),

    RUN(Group.RUN, "run", "Run the daemon in the foreground", DaemonCommands.Run::new),
    RELOAD(Group.RUN, "reload", "Apply the changed configuration file", DaemonCommands.Reload::new),
    UPGRADE(Group.RUN, "upgrade", "Let a new process take over, without a refused connection",
            DaemonCommands.Upgrade::new),

    STATUS(Group.LOOK, "status", "The daemon, its services and servers at a glance", StatusCommand::new),
    TOP(Group.LOOK, "top", "Rates, live", TopCommand::new),
    SERVICES(Group.LOOK, "services", "Virtual services", ServiceListings.Services::new),
    SERVERS(Group.LOOK, "servers", "Real servers", ServiceListings.Servers::new),
    CONNECTIONS(Group.LOOK, "connections", "Live connections", ListingCommand.LiveConnections::new),
    AFFINITY(Group.LOOK, "affinity", "Which client comes back to which server", ListingCommand.Affinity::new),
    EXPLAIN(Group.LOOK, "explain", "Which server a client gets, and why", ExplainCommand::new),
    EVENTS(Group.LOOK, "events", "What happened", EventsCommand::new),
    HA(Group.LOOK, "ha", "The pair: not in this version", AbsentCommand.Ha::new),
    CLUSTER(Group.LOOK, "cluster", "The cluster: not in this version", AbsentCommand.Cluster::new),

    DRAIN(Group.CHANGE, "drain", "Give a server no new clients", ServerCommands.Drain::new),
    HALT(Group.CHANGE, "halt", "Take a server out at once", ServerCommands.Halt::new),
    ONLINE(Group.CHANGE, "online", "Undo drain or halt", ServerCommands.Online::new),
    WEIGHT(Group.CHANGE, "weight", "Override a server's weight", ServerCommands.Weight::new),
    KICK(Group.CHANGE, "kick", "Close connections", KickCommand::new),
    PASSWD(Group.CHANGE, "passwd", "Users of the web UI and the admin API", PasswdCommand::new),

    LOAD(Group.LABORATORY, "load", "Generate load and measure", null),
    COMPARE(Group.LABORATORY, "compare", "Compare two results of load", null),
    PERF(Group.LABORATORY, "perf", "Compare with other balancers, and one build with another", null);

    /** Headings of the list of commands. */
    public enum Group {
        FIRST("First steps"), CONFIGURE("Configuration"), RUN("The daemon"), LOOK("Look"), CHANGE("Change"), LABORATORY(
                "Laboratory");

        private final String heading;

        Group(String heading) {
            this.heading = heading;
        }

        public String heading() {
            return heading;
        }
    }

    private final Group group;
    private final String word;
    private final String summary;
    private final @Nullable Supplier<Object> maker;

    Commands(Group group, String word, String summary, @Nullable Supplier<Object> maker) {
        this.group = group;
        this.word = word;
        this.summary = summary;
        this.maker = maker;
    }

    public Group group() {
        return group;
    }

    /** What the user types. */
    public String word() {
        return word;
    }

    public String summary() {
        return summary;
    }

    /** Makes the command, or nothing where the launcher starts another program for it (the laboratory). */
    Optional<Object> make() {
        return Optional.ofNullable(maker).map(Supplier::get);
    }

    static Optional<Commands> named(String word) {
        return Arrays.stream(values()).filter(command -> command.word.equals(word)).findFirst();
    }

    /** Those a user may have meant, nearest first; empty where nothing is near. */
    static List<String> near(String typed) {
        String word = typed.toLowerCase(Locale.ROOT);
        return Arrays.stream(values()).map(Commands::word).filter(known -> isNear(word, known))
                .sorted((a, b) -> Integer.compare(Distance.between(word, a), Distance.between(word, b))).limit(3)
                .toList();
    }

    private static boolean isNear(String typed, String known) {
        return (typed.length() > 1 && known.startsWith(typed))
                || Distance.between(typed, known) <= Math.max(1, Math.min(typed.length(), known.length()) / 3);
    }
}
