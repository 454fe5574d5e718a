package io.sluice.control.config.type;

import io.sluice.control.config.model.Rate;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** So many in a period: {@code 100/s}. */
public final class RateType extends ScalarType<Rate> {
    private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,8})/(s|m|h)");
    private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{0,8}");

    @Override
    Rate parse(String text, boolean plain) throws Unreadable {
        Matcher form = FORM.matcher(text);
        if (form.matches()) {
            return new Rate(Integer.parseInt(form.group(1)), switch (form.group(2)) {
                case "h" -> Duration.ofHours(1);
                case "m" -> Duration.ofMinutes(1);
                default -> Duration.ofSeconds(1);
            });
        }
        if (NUMBER.matcher(text).matches()) {
            throw new Unreadable(Message.quote(text) + " has no period", text + "/s");
        }
        throw new Unreadable(Message.quote(text) + " is not a rate");
    }

    @Override
    String noun() {
        return "a rate";
    }

    @Override
    public Object plain(Rate value) {
        String period = DurationType.text(value.per());
        return value.count() + "/" + period.substring(period.length() - 1);
    }

    @Override
    public String allowed() {
        return "a rate from 1 up, such as 100/s, 100/m, 100/h";
    }

    @Override
    public Map<String, Object> schema() {
        return ordered("type", "string", "pattern", "^[1-9][0-9]{0,8}/(s|m|h)$");
    }
}
