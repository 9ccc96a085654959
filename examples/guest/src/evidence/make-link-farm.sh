#!/usr/bin/env bash
# An ext4 with a hundred thousand symbolic links, to places outside, to each other and to themselves. OUT: an empty folder.
set -euo pipefail
: "${OUT:?}"
perl -e '
  my @to = ("/etc/shadow", "../../../../../../etc/passwd", "loop", "..", "/proc/self/root", "0");
  mkdir "$ENV{OUT}/farm" or die;
  for my $folder (0 .. 99) {
    my $home = "$ENV{OUT}/farm/$folder";
    mkdir $home or die;
    for my $link (0 .. 999) { symlink $to[$link % @to], "$home/$link" or die }
  }'
truncate -s 128M "$OUT/farm.raw"
mke2fs -q -t ext4 -N 102400 -I 128 -O ^has_journal -d "$OUT/farm" "$OUT/farm.raw"
rm -r "$OUT/farm"
