// How the launcher speaks: short lines, and one complete sentence when something must be done first.

/** Thrown when the command cannot go on; the message tells the person what to do and is printed without a stack. */
export class Stop extends Error {}

/** One line of progress. */
export const say = (line = '') => console.log(line)

/** `1234567890` as "1.2 GB". */
export const inBytes = (bytes) =>
  bytes >= 1e9
    ? `${(bytes / 1e9).toFixed(1)} GB`
    : bytes >= 1e6
      ? `${Math.round(bytes / 1e6)} MB`
      : `${Math.ceil(bytes / 1e3)} KB`

/** Milliseconds as "0.4 s" or "2 min 05 s". */
export const inTime = (milliseconds) => {
  const seconds = milliseconds / 1000
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
  return `${Math.floor(seconds / 60)} min ${String(Math.round(seconds % 60)).padStart(2, '0')} s`
}

/** Repeats a line every few seconds while `work` runs, so that nobody thinks it has died. */
export const whileSaying = async (line, work, every = 5000) => {
  const since = Date.now()
  const timer = setInterval(() => say(`  … ${line(Date.now() - since)}`), every)
  try {
    return await work
  } finally {
    clearInterval(timer)
  }
}
