#!/bin/sh
# Builds a Vagrant box from Debian's packages alone, and prints its path.
#
#   npm run box
#   ROCKER_BOX=rocker ROCKER_BOX_URL=<path> vagrant up --provider libvirt
#
# All that provision.sh would install is in it: it needs no internet. It is
# kept outside of this tree, and made anew when this file or provision.sh has
# changed. Nothing is mounted and no loop device is used: mke2fs fills its
# filesystem from a folder, and GRUB is two files at fixed places.
#
# man 1 mmdebstrap, man 8 mke2fs (-d), GRUB's manual ("BIOS installation")

set -eu

cd "$(dirname "$0")/../.."
PATH=$PATH:/usr/sbin:/sbin
provision=chapters/00-workshop/provision.sh
kept=${ROCKER_LAB:-/var/tmp/rocker-lab}
diskMegabytes=10240

base='linux-image-cloud-amd64 initramfs-tools kmod udev systemd-sysv
systemd-resolved libpam-systemd dbus openssh-server sudo rsync iproute2
ca-certificates less nano zstd'
groups='node runtime start test'
unwanted='apt-daily.timer apt-daily-upgrade.timer e2scrub_reap.service'

main() {
    if [ "$(id -u)" != 0 ]; then
        echo 'rocker: a box is built as root' >&2
        exit 1
    fi
    if [ "$(uname -m)" != x86_64 ]; then
        echo "rocker: a box is built for x86_64, not for $(uname -m)" >&2
        exit 1
    fi
    key=$(cat "$0" $provision | sha256sum | cut -c1-16)
    box=$kept/box-$key/rocker.box
    mkdir -p "$kept"
    exec 9>"$kept/lock"
    flock 9
    if [ ! -e "$box" ]; then build; fi
    echo "$box"
}

build() {
    echo 'rocker: builds a box of Debian, once: it takes a few minutes' >&2
    work=$(mktemp -d "$kept/making-XXXXXX")
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' INT TERM HUP
    install_system "$work/root" >&2
    configure "$work/root"
    make_disk "$work/root" "$work/disk"
    pack "$work/disk"
    rm -rf "$kept"/box-* # of what this file was before
    mkdir "$kept/box-$key"
    mv "$work/rocker.box" "$box"
}

install_system() {
    mmdebstrap --quiet --variant=minbase --format=directory \
        --include="$(echo $base)" \
        --customize-hook='rm -f "$1/etc/resolv.conf"' \
        --customize-hook='copy-in /etc/resolv.conf /etc' \
        --customize-hook="copy-in $provision /tmp" \
        --customize-hook="chroot \"\$1\" sh /tmp/provision.sh $groups" \
        --customize-hook='rm "$1/tmp/provision.sh"' \
        --customize-hook='chroot "$1" useradd -m -s /bin/bash vagrant' \
        --customize-hook='chroot "$1" systemctl enable systemd-networkd' \
        --customize-hook="chroot \"\$1\" systemctl mask $unwanted" \
        bookworm "$1"
}

configure() {
    echo rocker >"$1/etc/hostname"
    printf '127.0.0.1 localhost\n127.0.1.1 rocker\n' >"$1/etc/hosts"
    echo '/dev/vda1 / ext4 defaults 0 1' >"$1/etc/fstab"
    ln -sf ../run/systemd/resolve/stub-resolv.conf "$1/etc/resolv.conf"
    printf '[Match]\nType=ether\nKind=!*\n[Network]\nDHCP=yes\n' \
        >"$1/etc/systemd/network/lan.network"
    echo 'vagrant ALL=(ALL) NOPASSWD: ALL' >"$1/etc/sudoers.d/vagrant"
    echo 'UseDNS no' >"$1/etc/ssh/sshd_config.d/vagrant.conf"
    keys=$1/home/vagrant/.ssh
    mkdir -m 700 "$keys"
    cp "$(insecure_key)" "$keys/authorized_keys"
    chmod 600 "$keys/authorized_keys"
    chown -R --reference="$1/home/vagrant" "$keys"
}

# Known to everybody: `vagrant up` replaces it by a new one.
insecure_key() {
    find /usr/share/rubygems-integration /usr/share/vagrant /opt/vagrant \
        -path '*/keys/vagrant.pub' 2>/dev/null | head -n 1
}

make_disk() {
    mkdir -p "$1/boot/grub"
    cat >"$1/boot/grub/grub.cfg" <<-'END'
		linux /vmlinuz root=/dev/vda1 ro quiet console=tty0 console=ttyS0
		initrd /initrd.img
		boot
	END
    truncate -s ${diskMegabytes}M "$2"
    echo '2048,,L,*' | sfdisk --quiet "$2"
    mke2fs -q -t ext4 -d "$1" -E offset=1048576,lazy_itable_init=1 "$2" \
        $((diskMegabytes - 1))M
    grub-mkimage -O i386-pc -p '(hd0,msdos1)/boot/grub' -o "$2.grub" \
        biosdisk part_msdos ext2 normal linux
    # the first sector holds boot.img and the table of partitions
    modules=/usr/lib/grub/i386-pc
    dd if=$modules/boot.img of="$2" bs=440 count=1 conv=notrunc status=none
    dd if="$2.grub" of="$2" seek=1 conv=notrunc status=none
}

pack() {
    qemu-img convert -c -O qcow2 -o compression_type=zstd \
        "$1" "$work/box.img"
    cat >"$work/metadata.json" <<-END
		{ "provider": "libvirt", "format": "qcow2",
		  "virtual_size": $((diskMegabytes / 1024)) }
	END
    tar -C "$work" -cf "$work/rocker.box" metadata.json box.img
}

main "$@"
