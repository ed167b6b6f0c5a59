// Text from the source, made safe for a Markdown table of a Vue page.

export type Language = 'en' | 'zh'

/** Code in a cell; `|`, `{{` and `<` mean nothing there. */
export function code(text: string): string {
  const escaped = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('|', '&#124;')
    .replaceAll('{', '&#123;')
  return `<code>${escaped}</code>`
}

/** Plain words in a cell. */
export function plain(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('|', '&#124;')
    .replaceAll('{', '&#123;')
    .replaceAll('*', '&#42;')
}

export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join(
    '\n',
  )
}
