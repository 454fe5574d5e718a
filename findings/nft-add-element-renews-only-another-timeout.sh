#!/usr/bin/env bash
# nftables: adding an element that is in a timed set renews it if the timeout is another one, and not if it is the same.
#
# Version:   nftables 1.0.6 (Debian 12: 1.0.6-2+deb12u2), Linux 6.18
# Input:     a set with "flags timeout", an element with timeout 10s, and two seconds later the same "add element" again;
#            then, two seconds later, one with timeout 11s.
# Seen:      all three end with exit code 0 and without a word. After the second "expires" goes on falling (under 8.5 s);
#            after the third it begins anew at 11 s. "flush set" and "add element" in one transaction begin anew always.
# Expected:  both renew the element, or neither does: whoever holds a lease by adding the same line again and again
#            loses it after its first 10 seconds, although every call succeeded.
# Needs:     root (a network namespace of its own) and the package nftables.
set -euo pipefail
command -v nft > /dev/null || apt-get install -y -q nftables=1.0.6-2+deb12u2 > /dev/null
unshare -n bash -euo pipefail <<'INSIDE'
left() { nft list set inet lease held | sed -n 's/.*expires \([^ }]*\).*/\1/p'; }
add() { nft "add element inet lease held { 192.0.2.1 timeout $1 }"; }
nft 'add table inet lease; add set inet lease held { type ipv4_addr; flags timeout; }'
add 10s; sleep 2
add 10s; same=$(left); sleep 2
add 11s; other=$(left); sleep 2
nft 'flush set inet lease held; add element inet lease held { 192.0.2.1 timeout 11s }'; flushed=$(left)
echo "the same timeout again: expires $same"
echo "another timeout:        expires $other"
echo "flushed and added:      expires $flushed"
[[ $same == [78]s* && $other == 1[01]s* && $flushed == 1[01]s* ]] || { echo "it behaves differently now" >&2; exit 1; }
INSIDE
