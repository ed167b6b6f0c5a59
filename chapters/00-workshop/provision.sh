#!/bin/sh
# Installs what rocker needs from Debian's or Ubuntu's packages.
#
#   provision.sh [--missing] [GROUP...]
#
#   node     the system's own Node and npm, which install rocker's
#   runtime  to build and run rocker
#   start    for `npm start` without the internet: a registry and an image
#   test     for `npm test`
#   peers    other engines, for `npm run bench`
#   browser  Chromium, for the tests of the book's site
#   lab      to build and start a virtual machine, for `npm run test:vm`
#   all      what a machine needs that is no lab
#
# It may run as often as one likes: what is there is left alone. No service is
# started or enabled, and those that run keep running. --missing installs
# nothing: it prints what would be, and fails when that is something.

set -eu

# package, and the command or file that shows that it is there
node='
nodejs node
npm npm
'
runtime='
gcc gcc
libc6-dev /usr/include/stdio.h
make make
musl-tools musl-gcc
nftables nft
ca-certificates /etc/ssl/certs/ca-certificates.crt
'
start='
busybox-static /usr/share/doc/busybox-static
docker-registry docker-registry
'
test='
busybox-static /usr/share/doc/busybox-static
docker-registry docker-registry
skopeo skopeo
umoci umoci
mmdebstrap mmdebstrap
debian-archive-keyring /usr/share/keyrings/debian-archive-keyring.gpg
strace strace
attr getfattr
libcap2-bin setcap
zstd zstd
openssl openssl
util-linux unshare
mount mount
iproute2 ip
nginx nginx
socat socat
curl curl
bind9-dnsutils /usr/bin/nslookup
wrk wrk
iperf3 iperf3
e2fsprogs mke2fs
python3 python3
git git
'
peers='
podman podman
crun crun
runc runc
conmon conmon
buildah buildah
docker.io dockerd
containerd containerd
iptables iptables
nginx nginx
wrk wrk
iperf3 iperf3
'
browser='
chromium chromium
'
lab='
vagrant vagrant
vagrant-libvirt /usr/share/doc/vagrant-libvirt
libvirt-daemon-system libvirtd
libvirt-clients virsh
qemu-system-x86 qemu-system-x86_64
qemu-utils qemu-img
dnsmasq-base dnsmasq
openssh-client ssh
rsync rsync
mmdebstrap mmdebstrap
debian-archive-keyring /usr/share/keyrings/debian-archive-keyring.gpg
grub-common grub-mkimage
grub-pc-bin /usr/lib/grub/i386-pc/boot.img
fdisk sfdisk
e2fsprogs mke2fs
iproute2 ip
'

policy=/usr/sbin/policy-rc.d

main() {
    PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
    ask=no
    if [ "${1-}" = --missing ]; then ask=yes; shift; fi
    wanted=$(for group in "${@:-runtime}"; do rows_of "$group"; done) || exit 2
    packages=$(echo "$wanted" | missing)
    if [ -z "$packages" ]; then return 0; fi
    if [ $ask = yes ]; then echo $packages; return 1; fi
    install_packages $packages
}

rows_of() {
    case $1 in
    node) echo "$node" ;;
    runtime) echo "$runtime" ;;
    start) echo "$start" ;;
    test) echo "$runtime$test" ;;
    peers) echo "$peers" ;;
    browser) echo "$browser" ;;
    lab) echo "$lab" ;;
    all) echo "$node$runtime$start$test$peers" ;;
    *)
        echo "provision.sh: no group is called $1 (node, runtime, start, test, peers, browser, lab, all)" >&2
        return 2
        ;;
    esac
}

missing() {
    while read -r package sign; do
        if [ -n "$package" ] && ! is_there "$sign"; then
            echo "$package"
        fi
    done | sort -u
}

is_there() {
    case $1 in
    /*) [ -e "$1" ] ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

install_packages() {
    if ! command -v apt-get >/dev/null; then
        echo "rocker: this is neither Debian nor Ubuntu; please install: $*" >&2
        exit 1
    fi
    if [ "$(id -u)" != 0 ]; then
        echo "rocker: installing packages takes root: $*" >&2
        exit 1
    fi
    echo "rocker: updates the lists of packages"
    apt update
    packages=$(with_candidate "$@")
    trap undo_service_guards EXIT
    trap 'exit 1' INT TERM HUP
    guard_services
    echo "rocker: installs" $packages
    if echo "$packages" | grep -qx busybox-static; then
        apt install --yes busybox-static # it replaces busybox
    fi
    # nothing of the machine may go, as docker-ce would for docker.io
    apt install --yes --no-remove --no-install-recommends $packages
}

# What this release does not have is named, and the rest is installed.
with_candidate() {
    for package in "$@"; do
        if LC_ALL=C apt-cache policy "$package" | grep -q 'Candidate: [^(]'; then
            echo "$package"
        else
            echo "rocker: $package is not in this release" >&2
        fi
    done
}

apt() {
    DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 \
        -o Dpkg::Use-Pty=0 "$@" </dev/null >/dev/null
}

# Packages ask policy-rc.d before they start a service: 101 says no. Those that
# enable one for the next boot are found by the links that they add.
guard_services() {
    restore_policy
    if [ -e $policy ]; then mv $policy $policy.rocker; fi
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod 755 $policy
    enabled_before=$(enabled_services)
}

undo_service_guards() {
    rm -f $policy
    restore_policy
    enabled_services | while read -r link; do
        case "
$enabled_before
" in
        *"
$link
"*) ;;
        *) rm -f "$link" ;;
        esac
    done
}

restore_policy() {
    if [ -e $policy.rocker ]; then mv $policy.rocker $policy; fi
}

enabled_services() {
    for folder in /etc/systemd/system /etc/systemd/user; do
        if [ -d $folder ]; then find $folder -type l; fi
    done
    find /etc/rc[2345].d -type l -name 'S*' 2>/dev/null || true
}

main "$@"
