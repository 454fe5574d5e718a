# Sourced by try-deb and try-systemd: a copy-on-write view of this machine in $view/root, with its own /proc, /run and
# /tmp, in which a package can be installed without changing anything outside. Ends with the mount namespace it is in.
# On /mnt of this mount namespace, so that not even an empty directory stays.
view=/mnt
mount --make-rprivate /
mount -t tmpfs none "$view"
mkdir "$view/upper" "$view/work" "$view/root"
mount -t overlay overlay -o lowerdir=/,upperdir="$view/upper",workdir="$view/work" "$view/root"
mount -t proc proc "$view/root/proc"
mount --rbind /dev "$view/root/dev"
mount -t tmpfs none "$view/root/run"
mount -t tmpfs -o mode=1777 none "$view/root/tmp"
rm -rf "$view"/root/{etc,var/lib,usr/lib}/sluice # what somebody may have tried on this machine
deb=$(ls "$here"/../target/sluice_*_all.deb 2>/dev/null | tail -n 1)
[ -n "$deb" ] || { echo "no package: mvn -Pdeb -DskipTests -pl engine/packaging -am package" >&2; exit 1; }
cp "$deb" "$view/root/root/sluice.deb"

within() { chroot "$view/root" "$@"; }
# The JDK of this machine may not be a package. dpkg runs no trigger of one whose dependencies are not met, so something
# has to stand for it.
if ! within dpkg-query -W temurin-25-jdk >/dev/null 2>&1; then
    mkdir -p "$view/root/root/jdk/DEBIAN"
    printf '%s\n' "Package: temurin-25-jdk" "Version: 25" "Architecture: all" "Maintainer: nobody <nobody@localhost>" \
        "Description: stands for the JDK of this machine" >"$view/root/root/jdk/DEBIAN/control"
    within dpkg-deb --build /root/jdk /root/jdk.deb >/dev/null
    within dpkg -i /root/jdk.deb >/dev/null
fi
say() { printf '%s\n' "-- $*"; }
fail() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }
