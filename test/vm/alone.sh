#!/bin/sh
# The tour of `npm start`, by dist/rocker and nothing else of rocker:
#
#   sudo unshare --mount alone.sh ROCKER REGISTRY
#
# Node, npm, the compilers and this tree are hidden: who is in this namespace
# of mounts has none of them. REGISTRY, 127.0.0.1:5000, has an image busybox.

set -eu
program=$1
registry=$2
work=/var/tmp/rocker-alone
export ROCKER_ROOT=$work/root ROCKER_CGROUP=rocker/alone

main() {
    cd /
    hide
    trap clean EXIT
    tour
}

hide() {
    for tool in node nodejs npm npx cc gcc c89 c99 cpp make musl-gcc as ld; do
        path=$(command -v $tool) || continue
        mount --bind /dev/null "$(readlink -f "$path")"
    done
    for folder in /vagrant /usr/lib/gcc /usr/include /usr/share/nodejs \
        /usr/lib/node_modules /var/cache/rocker; do
        [ ! -d $folder ] || mount -t tmpfs nothing $folder
    done
    for tool in node npm gcc make; do
        if $tool --version 2>/dev/null; then fail "there is $tool"; fi
    done
    [ -z "$(ls -A /vagrant)" ] || fail 'the tree can be seen'
}

tour() {
    shows 'rocker version' "$(rocker version)"
    rocker pull --quiet "$registry/busybox"
    set -- run --rm -m 64m --hostname box "$registry/busybox"
    shows box "$(rocker "$@" hostname)"
    shows '1 root' "$(rocker "$@" ps)"
    shows etc "$(rocker "$@" ls /)"
    limit='cd /sys/fs/cgroup
        cat memory.max || cat memory/memory.limit_in_bytes'
    shows 67108864 "$(rocker "$@" sh -c "$limit" 2>/dev/null)"
    eats='dd if=/dev/zero of=/dev/null bs=200M count=1'
    ends 137 run --rm -m 64m --memory-swap 64m "$registry/busybox" $eats
    ends 42 run --rm "$registry/busybox" sh -c 'exit 42'
}

rocker() {
    "$program" "$@"
}

shows() {
    echo "$2"
    case $2 in
    *"$1"*) ;;
    *) fail "this does not show '$1'" ;;
    esac
}

ends() {
    wanted=$1
    shift
    status=0
    rocker "$@" || status=$?
    echo "exit code $status"
    [ $status = "$wanted" ] || fail "the exit code is not $wanted"
}

fail() {
    echo "rocker: $1" >&2
    exit 1
}

clean() {
    rm -rf $work
}

main
