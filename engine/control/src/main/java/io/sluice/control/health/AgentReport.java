package io.sluice.control.health;

import io.sluice.control.api.AdminState;

/**
 * What the agent beside a server has said of it so far: each word holds until the agent takes it back. Any thread.
 *
 * @param down whether it said that the server is down
 * @param admin what it wants of the balancer
 * @param weightPercent of the weight in force otherwise
 */
public record AgentReport(boolean down, AdminState admin, int weightPercent) {
    /** Nothing out of the ordinary, as of a server without an agent. */
    public static final AgentReport NONE = new AgentReport(false, AdminState.ONLINE, 100);

    AgentReport with(AgentWords words) {
        Boolean up = words.up();
        AdminState newAdmin = words.admin();
        Integer percent = words.weightPercent();
        return new AgentReport(up == null ? down : !up, newAdmin == null ? admin : newAdmin,
                percent == null ? weightPercent : percent);
    }

    /** The weight it leaves of another: none only of none, or at 0 %. */
    public int weight(int of) {
        long share = (long) of * weightPercent;
        return share == 0 ? 0 : Math.clamp((share + 50) / 100, 1, 65_535);
    }

    /** What it wants: {@code drain, weight 75 %}. */
    public String text() {
        return admin.word() + ", weight " + weightPercent + " %";
    }
}
