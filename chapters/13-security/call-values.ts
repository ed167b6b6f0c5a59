// The names that people have for what a call is given, where a filter looks at
// it: which family a socket is of, what a new process does not share.
//
// man 7 address_families, man 2 clone, man 2 personality, man 2 ioctl_tty

/** By the call: its constants, and what they are. */
export const callValues = {
  socket: {
    AF_UNIX: 1,
    AF_INET: 2,
    AF_BRIDGE: 7,
    AF_INET6: 10,
    AF_KEY: 15,
    AF_NETLINK: 16,
    AF_PACKET: 17,
    AF_PPPOX: 24,
    AF_MPLS: 28,
    AF_CAN: 29,
    AF_TIPC: 30,
    AF_BLUETOOTH: 31,
    AF_ALG: 38,
    AF_VSOCK: 40,
    AF_XDP: 44,
  },
  clone: {
    CLONE_NEWNS: 0x20000,
    CLONE_NEWCGROUP: 0x2000000,
    CLONE_NEWUTS: 0x4000000,
    CLONE_NEWIPC: 0x8000000,
    CLONE_NEWUSER: 0x10000000,
    CLONE_NEWPID: 0x20000000,
    CLONE_NEWNET: 0x40000000,
  },
  personality: {
    PER_LINUX: 0,
    PER_LINUX32: 8,
    UNAME26: 0x20000,
    ADDR_NO_RANDOMIZE: 0x40000,
  },
  ioctl: { TIOCSTI: 0x5412, TIOCLINUX: 0x541c },
} as const
