// Sizes and times as docker writes them: three digits, and a rough "ago".
//
//   4261234 → 4.26MB    7300 s → 2 hours ago
//
// https://github.com/docker/go-units

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
const binaryUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
const timeUnits = ['ns', 'µs', 'ms', 's']

/** Bytes in steps of a thousand, with so many digits that count. */
export function humanSize(bytes: number, digits = 3): string {
  return inSteps(bytes, digits, { of: 1000, units })
}

/** Memory goes in steps of 1024: 23.54GiB. */
export function binarySize(bytes: number, digits = 4): string {
  return inSteps(bytes, digits, { of: 1024, units: binaryUnits })
}

/** How long a call took: 850 ns, 12.3 µs, 2.1 s. */
export function humanTime(nanoseconds: number): string {
  const time = inSteps(nanoseconds, 3, { of: 1000, units: timeUnits })
  return time.replace(/[^0-9.]/, ' $&')
}

function inSteps(
  bytes: number,
  digits: number,
  { of, units }: { readonly of: number; readonly units: readonly string[] },
): string {
  let value = bytes
  let step = 0
  // 999.9 has four digits, and would be rounded to 1000
  while (Number(value.toPrecision(digits)) >= of && units[step + 1]) {
    value /= of
    step++
  }
  return `${Number(value.toPrecision(digits))}${units[step]}`
}

/** How long, roughly: `About an hour`, `3 weeks`. */
export function humanDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  const hours = Math.round(ms / 3_600_000)
  const days = Math.floor(hours / 24)
  if (seconds < 1) return 'Less than a second'
  if (seconds < 60) return seconds === 1 ? '1 second' : `${seconds} seconds`
  if (minutes === 1) return 'About a minute'
  if (minutes < 60) return `${minutes} minutes`
  if (hours === 1) return 'About an hour'
  if (hours < 48) return `${hours} hours`
  if (days < 14) return `${days} days`
  if (days < 60) return `${Math.floor(days / 7)} weeks`
  if (days < 730) return `${Math.floor(days / 30)} months`
  return `${Math.floor(days / 365)} years`
}
