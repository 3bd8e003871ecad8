// For tests of crashes only: ends the program as `kill -9` would, between two writes of the sequencer.
import { type Pause, steps } from './sequencer.ts'

/** `NARU_TEST_KILL_AT` names the step at whose first coming the process dies. Heard only where `NODE_ENV` is `test`. Throws for an unknown step. */
export function killPoint({ NODE_ENV, NARU_TEST_KILL_AT }: NodeJS.ProcessEnv): Pause | undefined {
  if (NODE_ENV !== 'test' || !NARU_TEST_KILL_AT) return undefined
  if (!steps.some((step) => step === NARU_TEST_KILL_AT))
    throw new Error(`${NARU_TEST_KILL_AT} is no step of the sequencer`)
  return async (step) => {
    if (step !== NARU_TEST_KILL_AT) return
    process.kill(process.pid, 'SIGKILL')
    await new Promise(() => {})
  }
}
