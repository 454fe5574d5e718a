package io.sluice.control.conductor.state;

import io.sluice.control.api.AdminState;
import java.util.OptionalInt;

/**
 * What an administrator has changed about a real server at run time, on top of the configuration.
 *
 * @param admin {@link AdminState#ONLINE} where nothing was said
 * @param weight 0..65535, or empty for the configured weight
 */
public record ServerOverride(AdminState admin, OptionalInt weight) {
    /** Nothing is changed. */
    public static final ServerOverride NONE = new ServerOverride(AdminState.ONLINE, OptionalInt.empty());

    public ServerOverride {
        if (weight.isPresent() && (weight.getAsInt() < 0 || weight.getAsInt() > 65_535)) {
            throw new IllegalArgumentException("weight " + weight.getAsInt() + " is outside 0..65535");
        }
    }

    /** With another state. */
    public ServerOverride withAdmin(AdminState state) {
        return new ServerOverride(state, weight);
    }

    /** With another weight. */
    public ServerOverride withWeight(int newWeight) {
        return new ServerOverride(admin, OptionalInt.of(newWeight));
    }
}
