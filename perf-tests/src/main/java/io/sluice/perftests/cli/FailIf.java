package io.sluice.perftests.cli;

import io.sluice.perftests.cli.ComparedFigure.Significance;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a comparison fails: `p99>+10%`, `rate<0.95`, `rr-64/p99>1.1`: B / A of that figure beyond a bound. Immutable.
 *
 * @param figure how it ends: `p99` is every p99, `rr-64/p99` that of one workload
 * @param bound of B / A
 */
record FailIf(String text, String figure, boolean above, double bound) {
    private static final Pattern FORM = Pattern.compile("([^<>=]+)(<|>)([+-]?)(\\d+(?:\\.\\d+)?)(%?)");

    /** What one expression says of one figure. */
    record Finding(FailIf expression, ComparedFigure figure) {
        boolean beyond() {
            return expression.above ? figure.ratio() > expression.bound : figure.ratio() < expression.bound;
        }

        boolean fails() {
            return beyond() && figure.significance() == Significance.DIFFERS;
        }

        boolean cannotJudge() {
            return Double.isNaN(figure.ratio()) || (beyond() && figure.significance() == Significance.TOO_FEW);
        }

        String answer() {
            return fails() ? "FAILS" : cannotJudge() ? "CANNOT JUDGE" : "passed";
        }

        String describe() {
            return String.format(Locale.ROOT, "%s: --fail-if '%s': %s is %.3f × A%s", answer(), expression.text,
                    figure.figure(), figure.ratio(), beyond() ? ", " + figure.significance().words : "");
        }
    }

    static FailIf parse(String text) {
        Matcher matcher = FORM.matcher(text.replace(" ", ""));
        if (!matcher.matches()) {
            throw wrong(text);
        }
        boolean above = matcher.group(2).equals(">");
        String sign = matcher.group(3);
        double number = Double.parseDouble(matcher.group(4));
        boolean change = matcher.group(5).equals("%");
        if (change == sign.isEmpty()) {
            throw wrong(text); // `>10%` might be a tenth or a tenth more; `>+1.1` no ratio
        }
        double bound = change ? 1 + (sign.equals("-") ? -number : number) / 100 : number;
        String figure = matcher.group(1);
        return new FailIf(text, figure.equals("rate") ? "operations-per-second" : figure, above, bound);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException("--fail-if '" + text
                + "': a figure, > or <, and a change with its sign (p99>+10%, rate<-5%) or a ratio B / A (p99>1.1)");
    }

    /** What it says of the figures it names; throws IllegalArgumentException where it names none. */
    List<Finding> judge(List<ComparedFigure> figures) {
        List<Finding> findings = figures.stream().filter(this::names).map(one -> new Finding(this, one)).toList();
        if (findings.isEmpty()) {
            throw new IllegalArgumentException("--fail-if '" + text + "': no figure ends in " + figure + "; there are "
                    + String.join(", ", figures.stream().map(ComparedFigure::figure).toList()));
        }
        return findings;
    }

    private boolean names(ComparedFigure one) {
        String name = one.figure();
        return name.equals(figure) || name.endsWith("/" + figure) || name.endsWith(" " + figure);
    }
}
