// The modules of the figure, read when the site is built.

import type { ShownModules } from '../../reference/loaded.ts'

declare const data: ShownModules

export { data }

const source = new URL('../../reference/loaded.ts', import.meta.url).href

export default {
  async load(): Promise<ShownModules> {
    const { shownModules } = await import(/* @vite-ignore */ source)
    return shownModules()
  },
}
