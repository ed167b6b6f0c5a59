// Names are looked for by pattern; what is none is a name in full.

/** The pattern that a text is, if it is one. */
export function patternOf(text: string): RegExp | undefined {
  try {
    return new RegExp(text, 'u')
  } catch {
    return undefined
  }
}
