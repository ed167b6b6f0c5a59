// What a pull shows while it works: a line per layer that changes in place on
// a terminal, and one line per event where nobody watches.
//
//   2a9abaec4a4c: Downloading [=======>            ]  12.3MB/55.04MB
//   8f1e5a7c7d21: Pull complete

import type { WriteStream } from 'node:tty'

import type { Digest } from '../07-registry/digest.ts'
import type { LayerProgress } from '../08-images/pull-layers.ts'

import { humanSize } from './human.ts'
import { type LiveLine, LiveLines } from './live-lines.ts'
import { canRedraw } from './live-screen.ts'
import { printable } from './print-error.ts'

type Phase = LayerProgress['phase']

/** Where the news of a pull goes. */
export interface PullProgress {
  layer(progress: LayerProgress): void
  /** A line that stays, above those that change. */
  say(line: string): void
  /** What comes now comes below. */
  end(): void
}

const words: Readonly<Record<Phase, string>> = {
  waiting: 'Waiting',
  present: 'Already exists',
  downloading: 'Downloading',
  unpacking: 'Extracting',
  unpacked: 'Download complete',
  done: 'Pull complete',
}

const redrawMs = 50
const longestBar = 50

/** Live lines on a terminal that can show them, else plain ones. */
export function pullProgress(
  to: NodeJS.WritableStream,
  env: NodeJS.ProcessEnv = process.env,
): PullProgress {
  to.on('error', () => {}) // who reads no further does not end the pull
  return canRedraw(to, env) ? liveProgress(to) : plainProgress(to)
}

/** One layer's line, cut to what a terminal of so many columns can show. */
export function layerLine(
  { layer, phase, bytes, total }: LayerProgress,
  columns: number,
): string {
  const start = `${shortId(layer)}: ${words[phase]}`
  if (phase !== 'downloading' && phase !== 'unpacking') return start
  const arrived = humanSize(bytes, 4).padStart(8)
  const numbers = `${arrived}/${humanSize(total, 4)}`
  const room = columns - start.length - numbers.length - 6
  const length = Math.min(room, longestBar)
  if (length < 10) return `${start} ${numbers}`
  const full = Math.floor((Math.min(bytes, total) / (total || 1)) * length)
  const bar = `${'='.repeat(full)}>`.padEnd(length + 1)
  return `${start} [${bar}] ${numbers}`
}

function liveProgress(to: WriteStream): PullProgress {
  const layers = new Map<Digest, LayerProgress>()
  const block = new LiveLines(to)
  let drawnAt = 0
  const draw = () => {
    drawnAt = performance.now()
    const lines = [...layers.values()].map(
      (progress): LiveLine => ({
        text: layerLine(progress, to.columns || 80),
        isFinal: isOver(progress.phase),
      }),
    )
    block.draw(lines)
  }
  return {
    layer(progress) {
      const before = layers.get(progress.layer)
      if (before && isOver(before.phase)) return // the same layer once more
      layers.set(progress.layer, progress)
      const isNews = before?.phase !== progress.phase
      if (isNews || performance.now() - drawnAt > redrawMs) draw()
    },
    say(line) {
      block.above(printable(line))
      if (layers.size > 0) draw()
    },
    end() {
      layers.clear()
      block.leave()
    },
  }
}

function plainProgress(to: NodeJS.WritableStream): PullProgress {
  const phases = new Map<Digest, Phase>()
  const say = (line: string) => to.write(`${printable(line)}\n`)
  return {
    say,
    end: () => {},
    layer({ layer, phase }) {
      const before = phases.get(layer)
      if (before === phase || (before && isOver(before))) return
      phases.set(layer, phase)
      if (phase === 'downloading')
        say(`${shortId(layer)}: Pulling fs layer`)
      else if (phase !== 'waiting')
        say(`${shortId(layer)}: ${words[phase]}`)
    },
  }
}

function isOver(phase: Phase): boolean {
  return phase === 'done' || phase === 'present'
}

function shortId(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1).slice(0, 12)
}
