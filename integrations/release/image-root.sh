#!/bin/sh
# image-root.sh PROGRAM FOLDER: the root of an image that runs one program: it, the libraries that it loads, a
# folder for temporary files. All bear the time of SOURCE_DATE_EPOCH, so that the same program is the same image.
set -eu
program=$1 root=$2
mkdir -p "$root/usr/bin" "$root/tmp" "$root/work"
chmod 1777 "$root/tmp"
install -m 0755 "$program" "$root/usr/bin/"
# Lines are `name => /path (address)`, or `/path (address)` for what loads them; the kernel's own has no path.
ldd "$program" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' | sort -u |
    while read -r library; do
        mkdir -p "$root$(dirname "$library")"
        install -m 0755 "$library" "$root$library"
    done
find "$root" -exec touch -h -d "@${SOURCE_DATE_EPOCH:-0}" {} +
