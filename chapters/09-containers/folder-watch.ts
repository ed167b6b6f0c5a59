// Waiting for something to happen in a folder, without looking again and again.
//
// man 7 inotify

import { type FSWatcher, watch } from 'node:fs'

const pollMs = 100

/** Hears of changes in one folder. */
export class FolderWatch implements Disposable {
  private readonly watcher: FSWatcher | undefined
  private hasChanged = false
  private notify = () => {}

  constructor(folder: string) {
    this.watcher = watchIfPossible(folder)
    this.watcher?.on('error', () => {}) // the folder is gone
    this.watcher?.on('change', () => {
      this.hasChanged = true
      this.notify()
    })
  }

  /** Until there was a change since the last call, but not longer. */
  async changed(mostMs: number): Promise<void> {
    if (!this.hasChanged) await this.wait(mostMs)
    this.hasChanged = false
  }

  [Symbol.dispose](): void {
    this.watcher?.close()
  }

  private wait(mostMs: number): Promise<void> {
    return new Promise((resolve) => {
      const most = this.watcher ? mostMs : Math.min(mostMs, pollMs)
      const timer = setTimeout(resolve, most)
      this.notify = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

/** The kernel has only so many of them: without one, we look ourselves. */
function watchIfPossible(folder: string): FSWatcher | undefined {
  try {
    return watch(folder)
  } catch {
    return undefined
  }
}
