#!/usr/bin/env bash
# Agrona's DeadlineTimerWheel advances by at most one tick for each call of poll, however late the call is.
#
# Version:   org.agrona:agrona 2.6.0
# Input:     a wheel of 1 ms ticks with ten timers, due after 1 to 10 ms; poll is called with "now" = 1,000 ms and no
#            limit to how many may expire.
# Seen:      the first call expires none of the ten, each further call one: 11 calls until the wheel is empty.
# Expected:  one call with a late "now" expires everything that is due, as the limit allows it. A loop that polls
#            once a turn and sleeps between turns falls behind by what it slept, and by more each time.
# Needs:     Maven (for the jar) and a JDK from 17 on.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy -Dartifact=org.agrona:agrona:2.6.0 \
    -DoutputDirectory="$dir"
cat > Polls.java <<'JAVA'
import java.util.concurrent.TimeUnit;
import org.agrona.DeadlineTimerWheel;

class Polls {
    public static void main(String[] arguments) {
        var wheel = new DeadlineTimerWheel(TimeUnit.MILLISECONDS, 0, 1, 16);
        for (int dueMs = 1; dueMs <= 10; dueMs++) {
            wheel.scheduleTimer(dueMs);
        }
        var expired = new StringBuilder();
        while (wheel.timerCount() > 0) {
            expired.append(wheel.poll(1_000, (unit, now, timer) -> true, Integer.MAX_VALUE)).append(' ');
        }
        System.out.println("expired by each poll: " + expired.toString().strip());
    }
}
JAVA
seen=$(java -cp agrona-2.6.0.jar Polls.java)
echo "$seen"
[ "$seen" = "expired by each poll: 0 1 1 1 1 1 1 1 1 1 1" ] || { echo "it behaves differently now" >&2; exit 1; }
