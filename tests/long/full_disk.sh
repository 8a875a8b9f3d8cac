#!/usr/bin/env bash
# A disk that is really full: outputs on small in-memory file systems, from far too small to large enough. Needs root (mount).
#
#   cargo build && unshare -m tests/long/full_disk.sh target/debug/gongbao
#
# At each size a first run commits a few documents where it can; then more come, until a run fails for want of room. What stood before
# must read whole, and after room is made (documents taken away) the next run must succeed.
set -euo pipefail
gongbao=$(realpath "$1")
work=$(mktemp -d)
trap 'umount "$work/out" 2> /dev/null || true; rm -rf "$work"' EXIT
cd "$work"
mkdir out
full=0 committed=0
document() { # number, how often its sentence is told
  for ((i = 0; i < $2; i++)); do echo "第$1号之$i：2023年全市地区生产总值$1$i.$((RANDOM % 10))亿元，增长$((RANDOM % 9)).$((RANDOM % 10))%。"; done > "in/$1.txt"
}
printf "[output]\ndir = 'out'\nretain_snapshots = 2\nretain_hours = 0\n[[sources]]\nname = 'a'\npaths = ['in']\n" > gongbao.toml
for kib in $(seq 120 40 1200); do
  rm -rf in && mkdir in
  mount -t tmpfs -o "size=${kib}k" tmpfs out
  RANDOM=$kib
  for number in 1 2 3; do document "$number" 5; done
  before=
  for round in $(seq 1 40); do
    if "$gongbao" run --config gongbao.toml > log 2>&1; then
      before=$(readlink out/current)
      committed=$((committed + 1))
    else
      full=$((full + 1))
      grep -q "No space left on device\|disk is full" log || { echo "size $kib KiB, round $round: another error"; cat log; exit 1; }
      [ "$(readlink out/current || true)" = "$before" ] || { echo "size $kib KiB: current was changed by a run that failed"; exit 1; }
      if [ -n "$before" ]; then
        # That the folder is not writable is bad too, and true.
        "$gongbao" doctor --deep --config gongbao.toml > doctor || true
        grep -q "^ok .*snapshots" doctor && ! grep -q "^bad .*snapshot" doctor || { cat doctor; exit 1; }
        "$gongbao" show indicators --limit 1 --out out > shown
      fi
      break
    fi
    document "$((round + 10))" 40
  done
  # Room is made.
  mount -o "remount,size=64m" out
  "$gongbao" run --config gongbao.toml > log 2>&1 || { echo "size $kib KiB: not mended"; cat log; exit 1; }
  "$gongbao" doctor --deep --config gongbao.toml > /dev/null
  umount out
done
echo "$full runs met a full disk, $committed committed; every snapshot that stood was whole, every output was mended by the next run"
