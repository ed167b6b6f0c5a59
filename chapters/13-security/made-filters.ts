// Filters that are made already, when rocker is built. From its source there
// are none: then each is made when it is needed.

/** The program in base64, by the capabilities, joined by blanks. */
export const madeFilters: ReadonlyMap<string, () => string> = new Map()
