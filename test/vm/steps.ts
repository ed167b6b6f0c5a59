// Steps that say what they do, and in the end how long each of them took.

const seconds = new Map<string, number>()

/** Does it, and remembers how long it took, however it ended. */
export async function step<T>(
  name: string,
  act: () => T | Promise<T>,
): Promise<T> {
  console.log(`\n== ${name}`)
  const start = performance.now()
  try {
    return await act()
  } finally {
    seconds.set(name, (performance.now() - start) / 1000)
  }
}

/** A line for each step. */
export function timeTable(): string {
  return [...seconds]
    .map(([name, time]) => `${time.toFixed(0).padStart(5)} s  ${name}`)
    .join('\n')
}
