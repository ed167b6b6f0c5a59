// The filters of system calls that most containers have, made when rocker is
// built: each start would take 4 ms for it.

import type { Plugin } from 'esbuild'

import { filtersToMake } from '../chapters/13-security/seccomp.ts'

export const filtersMade: Plugin = {
  name: 'filters-made',
  setup({ onLoad }) {
    const rows = filtersToMake().map(
      // a function's strings are read when it is called
      ([names, program]) => `['${names}', () => '${program}']`,
    )
    const contents = `export const madeFilters = new Map([${rows}])`
    const filter = /13-security\/made-filters\.ts$/
    onLoad({ filter }, () => ({ contents }))
  },
}
