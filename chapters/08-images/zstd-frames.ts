// Where the frames of a zstd stream end.
//
//   [magic][header][block …][block, last][checksum]  [skippable]  [magic] …
//
// A stream is any number of frames, and real layers have many. Node's decoder
// goes on with a next frame only if its first byte comes in a call of its own:
// what lies behind a frame in the same chunk it drops without a word. So the
// chunks are cut where frames end, by walking their block headers, and whatever
// else is there is refused.
//
// RFC 8878, section 3.1

import { RockerError } from '../01-syscalls/rocker-error.ts'

const frameMagic = 0xfd2fb528
const skippableMagic = 0x184d2a50

/** What the next bytes are: they are read when `need` of them are there. */
type Step = 'magic' | 'descriptor' | 'block' | 'skip-size'

/** Cuts chunks into pieces of which none has bytes of two frames. */
export class ZstdFrames {
  private step: Step = 'magic'
  private readonly field = Buffer.alloc(4)
  private have = 0
  private pass = 0 // bytes that follow without being looked at
  private lastBlock = false
  private hasChecksum = false

  /** The pieces of a chunk, none with bytes of two frames. */
  cut(chunk: Buffer): Buffer[] {
    const pieces: Buffer[] = []
    let start = 0
    let at = 0
    while (at < chunk.length) {
      if (this.pass > 0) {
        const take = Math.min(this.pass, chunk.length - at)
        this.pass -= take
        at += take
      } else {
        this.field[this.have++] = chunk[at++] ?? 0
        if (this.have === widths[this.step]) this.read()
      }
      if (this.isBetween || at === chunk.length) {
        pieces.push(chunk.subarray(start, at))
        start = at
      }
    }
    return pieces
  }

  /** Between two frames a stream may end; elsewhere it is cut off. */
  get isBetween(): boolean {
    return this.step === 'magic' && this.have === 0 && this.pass === 0
  }

  private read(): void {
    const value = this.field.readUIntLE(0, widths[this.step])
    this.have = 0
    if (this.step === 'magic') this.magic(value)
    else if (this.step === 'skip-size') {
      this.pass = value
      this.step = 'magic'
    } else if (this.step === 'descriptor') this.descriptor(value)
    else this.block(value)
  }

  private magic(value: number): void {
    const isSkippable = (value & 0xfffffff0) >>> 0 === skippableMagic
    if (!isSkippable && value !== frameMagic)
      throw new RockerError('refused', 'rubbish between zstd frames')
    this.step = isSkippable ? 'skip-size' : 'descriptor'
  }

  /** One byte that says how long the rest of the header is. */
  private descriptor(value: number): void {
    const isSingle = (value & 0x20) !== 0
    const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][value >> 6] ?? 0
    const dictionaryBytes = [0, 1, 2, 4][value & 3] ?? 0
    this.hasChecksum = (value & 4) !== 0
    this.pass = (isSingle ? 0 : 1) + dictionaryBytes + sizeBytes
    this.step = 'block'
  }

  private block(value: number): void {
    const isRepeated = ((value >> 1) & 3) === 1 // one byte, many times
    this.pass = isRepeated ? 1 : value >> 3
    this.lastBlock = (value & 1) !== 0
    if (this.lastBlock) {
      this.pass += this.hasChecksum ? 4 : 0
      this.step = 'magic'
    }
  }
}

const widths: Readonly<Record<Step, number>> = {
  magic: 4,
  descriptor: 1,
  block: 3,
  'skip-size': 4,
}
