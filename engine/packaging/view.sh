# Sourced by try-deb and try-systemd: a copy-on-write view of this machine in $view/root, with its own /proc, /run and
# /tmp, in which a package can be installed without changing anything outside. Ends with the mount namespace it is in.
view=$(mktemp -d /tmp/sluice-view.XXXXXX)
mount --make-rprivate /
mount -t tmpfs none "$view"
mkdir "$view/upper" "$view/work" "$view/root"
mount -t overlay overlay -o lowerdir=/,upperdir="$view/upper",workdir="$view/work" "$view/root"
mount -t proc proc "$view/root/proc"
mount --rbind /dev "$view/root/dev"
mount -t tmpfs none "$view/root/run"
mount -t tmpfs -o mode=1777 none "$view/root/tmp"
deb=$(ls "$here"/../target/sluice_*_all.deb 2>/dev/null | tail -n 1)
[ -n "$deb" ] || { echo "no package: mvn -DskipTests package && mvn -Pdeb -DskipTests -pl engine package" >&2; exit 1; }
cp "$deb" "$view/root/root/sluice.deb"

within() { chroot "$view/root" "$@"; }
say() { printf '%s\n' "-- $*"; }
fail() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }
