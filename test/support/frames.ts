// Frames as somebody wants them to look: with whatever address in them.

const etherTypes = { ip: 0x0800, arp: 0x0806, ip6: 0x86dd } as const

/** Who sends it to whom, by MAC and by address. */
export interface Envelope {
  readonly fromMac: string
  readonly toMac: string
  readonly from: string
  readonly to: string
}

/** "I am at this MAC": an answer that nobody has asked for. */
export function arp(
  { fromMac, toMac, from, to }: Envelope,
  saidMac = fromMac,
): Buffer {
  const body = Buffer.from('0001080006040002', 'hex')
  return frame({ fromMac, toMac, type: 'arp' }, [
    body,
    mac(saidMac),
    four(from),
    mac(toMac),
    four(to),
  ])
}

/** A datagram. */
export function datagram(
  { fromMac, toMac, from, to }: Envelope,
  port = 5000,
): Buffer {
  const udp = udpTo(port)
  const header = Buffer.from(
    '4500001d00000000401100000000000000000000',
    'hex',
  )
  four(from).copy(header, 12)
  four(to).copy(header, 16)
  header.writeUInt16BE(checksum(header), 10)
  return frame({ fromMac, toMac, type: 'ip' }, [header, udp])
}

/** The same by IPv6. */
export function datagram6(envelope: Envelope): Buffer {
  const body = udpTo(5000)
  return packet6(envelope, { next: 17, hops: 64, body, sumAt: 6 })
}

/** "This address is at my MAC": neighbour discovery, RFC 4861. */
export function advertisement(envelope: Envelope, target: string): Buffer {
  const head = Buffer.from('8800000020000000', 'hex') // override
  const option = Buffer.concat([Buffer.of(2, 1), mac(envelope.fromMac)])
  const body = Buffer.concat([head, six(target), option])
  return packet6(envelope, { next: 58, hops: 255, body, sumAt: 2 })
}

// from port 4444, nine bytes, no checksum: "?"
function udpTo(port: number): Buffer {
  const bytes = Buffer.from('115c0000000900003f', 'hex')
  bytes.writeUInt16BE(port, 2)
  return bytes
}

function packet6(
  { fromMac, toMac, from, to }: Envelope,
  what: { next: number; hops: number; body: Buffer; sumAt: number },
): Buffer {
  const { next, hops, body, sumAt } = what
  const header = Buffer.alloc(8)
  header[0] = 0x60
  header.writeUInt16BE(body.length, 4)
  header[6] = next
  header[7] = hops
  const ends = Buffer.concat([six(from), six(to)])
  const pseudo = Buffer.alloc(8)
  pseudo.writeUInt32BE(body.length)
  pseudo[7] = next
  const sum = checksum(Buffer.concat([ends, pseudo, body]))
  body.writeUInt16BE(sum, sumAt)
  return frame({ fromMac, toMac, type: 'ip6' }, [header, ends, body])
}

function frame(
  {
    fromMac,
    toMac,
    type,
  }: Pick<Envelope, 'fromMac' | 'toMac'> & {
    readonly type: keyof typeof etherTypes
  },
  parts: readonly Buffer[],
): Buffer {
  const ether = Buffer.alloc(2)
  ether.writeUInt16BE(etherTypes[type])
  return Buffer.concat([mac(toMac), mac(fromMac), ether, ...parts])
}

// RFC 1071: the ones' complement of the sum
function checksum(bytes: Buffer): number {
  let sum = 0
  const even = Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)])
  for (let at = 0; at < even.length; at += 2) sum += even.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

function mac(text: string): Buffer {
  return Buffer.from(text.replaceAll(':', ''), 'hex')
}

function four(text: string): Buffer {
  return Buffer.from(text.split('.').map(Number))
}

// "fd77::2" → 16 bytes; at most one gap
function six(text: string): Buffer {
  const [head = '', tail = ''] = text.split('::')
  const words = (half: string) => half.split(':').filter(Boolean)
  const gap = 8 - words(head).length - words(tail).length
  const all = [
    ...words(head),
    ...Array<string>(gap).fill('0'),
    ...words(tail),
  ]
  return Buffer.from(all.map((one) => one.padStart(4, '0')).join(''), 'hex')
}
