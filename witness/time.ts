// A witness's clock: the machine's, or in a sandbox the sandbox's time service. It never goes back.

/**
 * A clock in seconds since 1970 UTC; null where the time service does not answer, and then nothing is cosigned. `address` answers GET with
 * `{"now": "<ISO 8601>"}`.
 */
export function clockFrom(address: string | undefined): () => Promise<number | null> {
  let latest = 0
  return async () => {
    const seconds = address ? await ask(address) : Date.now() / 1000
    if (seconds === null) return null
    latest = Math.max(latest, Math.floor(seconds))
    return latest
  }
}

async function ask(address: string): Promise<number | null> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(2000) })
    const { now } = (await answer.json()) as { now: string }
    const time = Date.parse(now)
    return Number.isFinite(time) ? time / 1000 : null
  } catch {
    return null
  }
}
