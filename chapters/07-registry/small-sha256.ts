// SHA-256 of a few bytes: node:crypto takes 10 ms to load, and a list of images
// has only the names of their layers to hash. For more it is far too slow.
//
// https://csrc.nist.gov/pubs/fips/180-4/upd1/final, 6.2

const blockWords = 16
const rounds = 64

let constants: ReturnType<typeof constantsOf> | undefined

/** 64 hex digits. */
export function smallSha256(bytes: Uint8Array): string {
  constants ??= constantsOf(firstPrimes(rounds))
  const { begin, ofRounds } = constants
  const words = padded(bytes)
  const state = Int32Array.from(begin)
  for (let at = 0; at < words.length; at += blockWords)
    mix(state, scheduleOf(words.subarray(at, at + blockWords)), ofRounds)
  const hex = Array.from(state, (word) => (word >>> 0).toString(16))
  return hex.map((digits) => digits.padStart(8, '0')).join('')
}

/** Whole blocks: a bit behind the bytes, and how many bits they were. */
function padded(bytes: Uint8Array): Int32Array {
  const blocks = Math.ceil((bytes.length + 9) / 64)
  const filled = new DataView(new ArrayBuffer(blocks * 64))
  for (const [i, byte] of bytes.entries()) filled.setUint8(i, byte)
  filled.setUint8(bytes.length, 0x80)
  filled.setUint32(filled.byteLength - 4, bytes.length * 8)
  const words = new Int32Array(blocks * blockWords)
  for (let i = 0; i < words.length; i++) words[i] = filled.getInt32(i * 4)
  return words
}

function scheduleOf(block: Int32Array): Int32Array {
  const words = new Int32Array(rounds)
  words.set(block)
  for (let i = blockWords; i < words.length; i++) {
    const early = words[i - 15] ?? 0
    const late = words[i - 2] ?? 0
    const low = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3)
    const high = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10)
    words[i] = (words[i - 16] ?? 0) + low + (words[i - 7] ?? 0) + high
  }
  return words
}

function mix(
  state: Int32Array,
  schedule: Int32Array,
  ofRounds: readonly number[],
): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let i = 0; i < schedule.length; i++) {
    const choice = (e & f) ^ (~e & g)
    const sums = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)
    const added = (ofRounds[i] ?? 0) + (schedule[i] ?? 0)
    const first = (h + sums + choice + added) | 0
    const majority = (a & b) ^ (a & c) ^ (b & c)
    const others = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)
    h = g
    g = f
    f = e
    e = (d + first) | 0
    d = c
    c = b
    b = a
    a = (first + others + majority) | 0
  }
  for (const [i, word] of [a, b, c, d, e, f, g, h].entries())
    state[i] = (state[i] ?? 0) + word
}

function turned(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by))
}

function constantsOf(primes: readonly number[]) {
  return {
    begin: primes.slice(0, 8).map((prime) => fraction(prime ** 0.5)),
    ofRounds: primes.map((prime) => fraction(Math.cbrt(prime))),
  }
}

/** The first 32 bits behind the point. */
function fraction(value: number): number {
  return ((value % 1) * 2 ** 32) | 0
}

function firstPrimes(count: number): number[] {
  const found: number[] = []
  for (let n = 2; found.length < count; n++)
    if (found.every((prime) => n % prime !== 0)) found.push(n)
  return found
}
