// Labels, as filters ask for them: `tier`, or `tier=front`.

/** Whether there is this label, and with this value where one is named. */
export function hasLabel(
  labels: Readonly<Record<string, string>>,
  wanted: string,
): boolean {
  const [key = '', ...value] = wanted.split('=')
  if (!Object.hasOwn(labels, key)) return false
  return value.length === 0 || labels[key] === value.join('=')
}
