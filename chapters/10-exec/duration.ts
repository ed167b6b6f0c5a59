// A time as Go writes it, and so docker: 1m30s.
//
// pkg.go.dev/time#ParseDuration, pkg.go.dev/time#Duration.String

const units: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3, // the Greek letter looks the same
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
}
const longest = 2 ** 63

// "1m30s" → 90000000000   "0" → 0   "-.5s" → -500000000   "1" → undefined
export function parseDuration(text: string): number | undefined {
  if (/^[+-]?0$/.test(text)) return 0
  const isDuration =
    /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(text)
  if (!isDuration) return undefined
  let nanos = 0
  for (const [, number, unit = ''] of text.matchAll(/([\d.]+)([a-zµμ]+)/g))
    nanos += Number(number) * (units[unit] ?? 0)
  if (nanos >= longest) return undefined
  return Math.trunc(text.startsWith('-') ? -nanos : nanos)
}

// 90000000000 → "1m30s"   1500000000 → "1.5s"   2000000 → "2ms"
export function durationText(nanos: number): string {
  if (nanos === 0) return '0s'
  if (nanos < 1e3) return `${nanos}ns`
  if (nanos < 1e6) return `${nanos / 1e3}µs`
  if (nanos < 1e9) return `${nanos / 1e6}ms`
  const minutes = Math.floor(nanos / 60e9)
  const seconds = `${(nanos % 60e9) / 1e9}s`
  if (minutes === 0) return seconds
  if (minutes < 60) return `${minutes}m${seconds}`
  return `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`
}
