// The plan of the figure, made when the site is built.

import type { ShownPlan } from '../../reference/plan.ts'

declare const data: ShownPlan

export { data }

const source = new URL('../../reference/plan.ts', import.meta.url).href

export default {
  async load(): Promise<ShownPlan> {
    const { shownPlan } = await import(/* @vite-ignore */ source)
    return shownPlan()
  },
}
