#!/bin/sh
# Runs a command where libvirt works, in a world of its own:
#
#   unshare --mount --net --pid --fork --kill-child world.sh FOLDER COMMAND...
#
# libvirt makes a bridge, rules of the firewall and cgroups, and starts the
# machines that it knows. Here it has a network of its own, a new /sys without
# cgroups, and empty folders; images go into FOLDER. All ends with this shell.
#
# man 1 unshare, man 8 libvirtd, man 8 virtlogd

set -eu

images=$1
shift
PATH=$PATH:/usr/sbin:/sbin

mount --make-rprivate /
mount -t proc proc /proc
umount --recursive /sys # what is only covered, libvirt still finds
mount -t sysfs sysfs /sys
for folder in /run /etc/libvirt /var/lib/libvirt /var/log/libvirt \
    /var/cache/libvirt; do
    mount -t tmpfs -o mode=755 lab "$folder"
done
mkdir -p /run/lock /var/lib/libvirt/images
mount --bind "$images" /var/lib/libvirt/images
ip link set lo up

log=/var/log/libvirt/log
virtlogd 2>>$log &
libvirtd 2>>$log &
tries=0
until virsh --quiet --connect qemu:///system list 2>/dev/null; do
    tries=$((tries + 1))
    if [ $tries = 100 ]; then
        echo 'rocker: libvirtd does not answer' >&2
        cat $log >&2
        exit 1
    fi
    sleep 0.2
done

# no exec: the shell stays pid 1, and waits for orphans
"$@"
exit $?
