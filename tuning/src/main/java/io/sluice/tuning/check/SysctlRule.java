package io.sluice.tuning.check;

import io.sluice.tuning.facts.Counters;
import io.sluice.tuning.facts.HostFacts;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * A rule about one kernel setting, as data: what it should be, from where on it is a warning, and the counter that
 * proves harm. Immutable.
 *
 * @param index which number of the value counts, such as 2 for the maximum of tcp_rmem
 * @param warnBelow smaller is a warning; between it and wanted is an info
 * @param harm a counter that shows the setting has already hurt; empty for none
 * @param exact the value must be equal to wanted, not at least as large
 */
record SysctlRule(String name, int index, long warnBelow, long wanted, String harm, boolean exact, boolean bytes,
        Predicate<Usage> when) implements Check.Rule {
    /** One or two may have been another program's. */
    private static final long COUNTS_AS_HARM = 10;

    static SysctlRule atLeast(String name, long warnBelow, long wanted) {
        return new SysctlRule(name, 0, warnBelow, wanted, "", false, false, usage -> true);
    }

    static SysctlRule exactly(String name, long wanted, Severity otherwise) {
        return new SysctlRule(name, 0, otherwise == Severity.WARNING ? Long.MAX_VALUE : Long.MIN_VALUE, wanted, "",
                true,
                false, usage -> true);
    }

    SysctlRule hurtsWhen(String counter) {
        return new SysctlRule(name, index, warnBelow, wanted, counter, exact, bytes, when);
    }

    SysctlRule number(int which) {
        return new SysctlRule(name, which, warnBelow, wanted, harm, exact, bytes, when);
    }

    SysctlRule inBytes() {
        return new SysctlRule(name, index, warnBelow, wanted, harm, exact, true, when);
    }

    SysctlRule onlyWhen(Predicate<Usage> condition) {
        return new SysctlRule(name, index, warnBelow, wanted, harm, exact, bytes, condition);
    }

    @Override
    public void judge(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        if (!when.test(usage)) {
            return;
        }
        OptionalLong value = host.sysctls().number(name, index);
        if (value.isEmpty()) {
            verdicts.unknown(name + ": " + host.sysctls().whyMissing(name));
            return;
        }
        long current = value.getAsLong();
        long harmed = harm.isEmpty() ? 0 : count(host.counters());
        String shown = name + " = " + show(current)
                + (harmed > 0 ? "; " + harm + " counted " + Amount.of(harmed) + " since boot" : "");
        boolean hurt = harmed >= COUNTS_AS_HARM;
        if (exact ? current == wanted : current >= wanted && !hurt) {
            verdicts.ok(shown);
            return;
        }
        long target = hurt ? Math.max(wanted, current * 2) : wanted;
        verdicts.add(current < warnBelow || hurt ? Severity.WARNING : Severity.INFO, shown, show(target) + (exact
                ? ""
                : " or more"), command(host, target));
    }

    private long count(Counters counters) {
        return harm.equals("softnet.dropped") ? counters.backlogDrops() : counters.of(harm);
    }

    private String command(HostFacts host, long target) {
        String value = host.sysctls().text(name);
        List<String> parts = new java.util.ArrayList<>(List.of((value == null ? "" : value).split(" ")));
        parts.set(index, Long.toString(target));
        return set(name, String.join(" ", parts));
    }

    private String show(long number) {
        return bytes ? Amount.bytes(number) : Amount.of(number);
    }

    /** The command that sets a kernel setting until the next boot. */
    static String set(String name, String value) {
        return "sysctl -w " + name + "=" + (value.contains(" ") ? "'" + value + "'" : value);
    }
}
