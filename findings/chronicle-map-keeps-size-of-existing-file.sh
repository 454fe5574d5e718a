#!/usr/bin/env bash
# A persisted Chronicle Map that is reopened with more entries() keeps the size it was made with, without a word.
#
# Version:   net.openhft:chronicle-map 2026.1
# Input:     a map of Long to Long, made with entries(1000) and closed; then opened again by a builder that is the same
#            but for entries(100000), and filled.
# Seen:      the reopened map is full (IllegalStateException) at exactly as many entries as before, its file has not
#            grown, and opening it logged and threw nothing. A fresh file made by the second builder holds more than
#            100,000.
# Expected:  the larger size takes effect, or the difference is refused or at least logged.
# Needs:     Maven (for the jars) and a JDK 17 or later that has its compiler.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>net.openhft</groupId><artifactId>chronicle-map</artifactId><version>2026.1</version>
      <exclusions><exclusion><groupId>net.openhft</groupId><artifactId>chronicle-analytics</artifactId></exclusion></exclusions>
    </dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory="$dir/jars"
cat > Sizes.java <<'JAVA'
import java.io.File;
import java.io.IOException;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;

class Sizes {
    public static void main(String[] arguments) throws IOException {
        File file = new File("made-small");
        long small = filled(file, 1_000);
        long bytes = file.length();
        long reopened = filled(file, 100_000);
        long fresh = filled(new File("made-large"), 100_000);
        System.out.println("reopened with 100 times the entries: " + (reopened == small ? "holds as many as before"
                : "holds " + reopened) + ", file " + (file.length() == bytes ? "as long as before" : "grew"));
        System.out.println("fresh: " + (fresh >= 100_000 ? "holds what was asked for" : "holds " + fresh));
    }

    /** How many it holds when it takes no more. */
    static long filled(File file, long entries) throws IOException {
        try (ChronicleMap<Long, Long> map = ChronicleMapBuilder.of(Long.class, Long.class).name("sizes")
                .entries(entries).createPersistedTo(file)) {
            for (long key = map.longSize();; key++) {
                try {
                    map.put(key, key);
                } catch (IllegalStateException full) {
                    return map.longSize();
                }
            }
        }
    }
}
JAVA
open="--add-opens=java.base/java.lang=ALL-UNNAMED --add-opens=java.base/java.lang.reflect=ALL-UNNAMED
  --add-exports=java.base/sun.nio.ch=ALL-UNNAMED --add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED
  --add-exports=java.base/jdk.internal.ref=ALL-UNNAMED"
seen=$(java -Dchronicle.analytics.disable=true $open -cp "jars/*" Sizes.java 2>err.txt) || { cat err.txt >&2; exit 1; }
echo "$seen"
[ "$seen" = "reopened with 100 times the entries: holds as many as before, file as long as before
fresh: holds what was asked for" ] || { echo "it behaves differently now" >&2; exit 1; }
