// A guardian's own clock: the machine's, or in a sandbox the sandbox's time service. It never goes back.

/**
 * A clock in ms since 1970 UTC; null where the time service does not answer, and then no share leaves. `address` answers GET with
 * `{"now": "<ISO 8601>"}`. `wrongBy` (ms) makes a sandbox's clock wrong on purpose.
 */
export function clockFrom(address: string | undefined, wrongBy: () => number = () => 0): () => Promise<number | null> {
  let latest = 0
  return async () => {
    const now = address ? await ask(address) : Date.now()
    if (now === null) return null
    latest = Math.max(latest, now)
    return latest + wrongBy()
  }
}

async function ask(address: string): Promise<number | null> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(2000) })
    const { now } = (await answer.json()) as { now: string }
    const time = Date.parse(now)
    return Number.isFinite(time) ? time : null
  } catch {
    return null
  }
}
