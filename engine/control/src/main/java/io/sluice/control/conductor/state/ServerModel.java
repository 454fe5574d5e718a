package io.sluice.control.conductor.state;

import io.sluice.control.api.AdminState;
import io.sluice.control.api.ServerHealth;
import io.sluice.control.config.model.ServerConfiguration;
import io.sluice.control.health.AgentReport;
import io.sluice.dataplane.service.Encryption;
import io.sluice.scheduler.ServerState;
import io.sluice.scheduler.SlowStart;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the conductor knows of a real server; it outlives reloads. Conductor's thread. */
public final class ServerModel {
    private final ServerKey key;
    private final ServerRows rows;
    private ServerConfiguration configuration;
    private @Nullable Encryption tls;
    private AdminState admin = AdminState.ONLINE;
    private AgentReport agent = AgentReport.NONE;
    private @Nullable Integer weightOverride;
    private ServerHealth health = ServerHealth.CHECKING;
    private String detail = "not checked yet";
    private Instant changed = Instant.now();
    /** Whether it comes up cold: it was down, halted or not there, so that slow-start applies. */
    private boolean cold;
    private boolean ramping;
    private long rampFromNs;
    private long drainedSinceNs;
    /** Whether it has drained for as long as its service lets its sessions go on. */
    private boolean drainIsOver;

    /** @param cold whether slow-start applies the first time it comes up */
    ServerModel(ServerKey key, ServerConfiguration configuration, @Nullable Encryption tls, ServerRows rows,
            boolean cold) {
        this.key = key;
        this.configuration = configuration;
        this.tls = tls;
        this.rows = rows;
        this.cold = cold;
    }

    public ServerKey key() {
        return key;
    }

    public ServerRows rows() {
        return rows;
    }

    public ServerConfiguration configuration() {
        return configuration;
    }

    /** How it is encrypted towards; null: not at all. */
    @Nullable
    public Encryption tls() {
        return tls;
    }

    /** What administrators want of it. */
    public AdminState admin() {
        return admin;
    }

    /** What its agent wants of it. */
    public AgentReport agent() {
        return agent;
    }

    /** The stricter of what administrators and its agent want. */
    public AdminState adminInForce() {
        return admin.compareTo(agent.admin()) >= 0 ? admin : agent.admin();
    }

    @Nullable
    public Integer weightOverride() {
        return weightOverride;
    }

    public ServerHealth health() {
        return health;
    }

    public String detail() {
        return detail;
    }

    public Instant changed() {
        return changed;
    }

    /** The weight that holds, but for its agent: overridden or configured. */
    public int weight() {
        Integer override = weightOverride;
        return override != null ? override : configuration.weight();
    }

    private int weightInForce() {
        return agent.weight(weight());
    }

    /** The weight the scheduler works with, less during slow-start. */
    public int rampedWeight(long nowNs, long rampNs) {
        int weight = weightInForce();
        return ramping ? SlowStart.weight(weight, nowNs - rampFromNs, rampNs) : weight;
    }

    /** Whether its weight has risen since the last call, the last step included. */
    public boolean hasRisen(long nowNs, long rampNs) {
        boolean was = ramping;
        ramping &= SlowStart.rising(weightInForce(), nowNs - rampFromNs, rampNs);
        return was;
    }

    /** Whether an administrator lets it have new clients. */
    public boolean takesNewClients() {
        return ServerState.isMeantForNew(state());
    }

    /** Whether, by being looked at now, its drain turned out to be over: what is left of it ends. */
    public boolean endsDrain(long nowNs, long limitNs) {
        if (drainIsOver || adminInForce() != AdminState.DRAIN || nowNs - drainedSinceNs < limitNs) {
            return false;
        }
        drainIsOver = true;
        return true;
    }

    /** What a decision may know of it: bits of {@link ServerState}. */
    public int state() {
        int state = switch (adminInForce()) {
            case ONLINE -> 0;
            case DRAIN -> drainIsOver ? ServerState.HALTED : ServerState.DRAINED;
            case HALT -> ServerState.HALTED;
        };
        state |= switch (health) {
            case UP -> 0;
            case DOWN -> ServerState.DOWN;
            case CHECKING -> ServerState.UNCHECKED;
        };
        state |= weightInForce() == 0 ? ServerState.WEIGHTLESS : 0;
        state |= configuration.backup() ? ServerState.BACKUP : 0;
        return state | (key.isFallback() ? ServerState.FALLBACK : 0);
    }

    /** Whether its established connections are to end. */
    public boolean severs(boolean onDown) {
        return adminInForce() == AdminState.HALT || drainIsOver || (onDown && health == ServerHealth.DOWN);
    }

    /** A reload: a server at another address is another server, of which nothing is known. */
    void configure(ServerConfiguration newer, @Nullable Encryption newerTls) {
        boolean moved = !newer.address().equals(configuration.address());
        configuration = newer;
        tls = newerTls;
        if (moved) {
            cold = true;
            ramping = false;
            health = ServerHealth.CHECKING;
            detail = "not checked yet";
            changed = Instant.now();
            agent = AgentReport.NONE;
        }
    }

    public void overrideWeight(@Nullable Integer weight) {
        weightOverride = weight;
    }

    public void administer(AdminState state, long nowNs) {
        AdminState before = adminInForce();
        admin = state;
        hasBeen(before, nowNs);
    }

    public void heed(AgentReport report, long nowNs) {
        AdminState before = adminInForce();
        agent = report;
        hasBeen(before, nowNs);
    }

    private void hasBeen(AdminState before, long nowNs) {
        if (before != adminInForce()) {
            drainedSinceNs = nowNs;
            drainIsOver = false;
        }
        if (before == AdminState.HALT && adminInForce() == AdminState.ONLINE && health == ServerHealth.UP) {
            warmUp(nowNs);
        }
    }

    public void become(ServerHealth state, String why, Instant at, long nowNs) {
        if (state == ServerHealth.UP && (cold || health == ServerHealth.DOWN)) {
            warmUp(nowNs);
        }
        cold = false;
        health = state;
        detail = why;
        changed = at;
    }

    /** Takes over what the process before this one knew; the first check confirms it or not. */
    public void adopt(ServerHealth known, String why, Instant since) {
        cold = false;
        health = known;
        detail = why;
        changed = since;
    }

    private void warmUp(long nowNs) {
        ramping = true;
        rampFromNs = nowNs;
    }
}
