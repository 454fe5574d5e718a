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
        boolean enough = exact ? current == wanted : current >= wanted;
        String evidence = harmed > 0 ? "; " + harm + " counted " + Amount.of(harmed) + " since boot" : "";
        String shown = name + " = " + show(current) + evidence;
        if (enough && harmed == 0) {
            verdicts.ok(shown);
        } else if (enough) {
            long doubled = Math.max(wanted, current * 2);
            verdicts.add(exact ? Severity.INFO : Severity.WARNING, shown, exact
                    ? "no such count; look for its cause"
                    : show(doubled) + " or more", exact ? "" : command(host, doubled));
        } else {
            verdicts.add(current < warnBelow || harmed > 0 ? Severity.WARNING : Severity.INFO, shown, exact
                    ? show(wanted)
                    : show(wanted) + " or more", command(host, wanted));
        }
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
