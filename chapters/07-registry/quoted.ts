// Words of strangers in our own sentences.

/** A text in quotes, on one line, cut, and harmless to a terminal. */
export function quoted(text: string, most = 80): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text
  return JSON.stringify(cut).replace(
    /[\x7f-\x9f]/g,
    (c) => `\\u00${c.charCodeAt(0).toString(16)}`,
  )
}
