// Reads what vitest wrote: how many tests passed and failed, and which were left out.

/** `{ passed, failed, leftOut }` of vitest's JSON; a file that could not be loaded counts as one failure. */
export const countTests = ({ testResults }) => {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
  const count = (status) => tests.filter((test) => test.status === status).length
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  )
  return {
    passed: count('passed'),
    failed: count('failed') + broken.length,
    leftOut: tests.filter(({ status }) => status !== 'passed' && status !== 'failed').map(({ fullName }) => fullName),
  }
}

/** The lines that say what was not tested and what would bring it in. */
export const describeLeftOut = (leftOut, missingTools) =>
  [
    leftOut.length > 0 && `\nLeft out, ${leftOut.length} tests:`,
    ...leftOut.map((name) => `  ${name}`),
    missingTools.length > 0 &&
      `\nNot on this machine, so not used in tests: ${missingTools.map(({ name, brings }) => `${name} (apt install ${brings})`).join(', ')}`,
    '',
  ]
    .filter((line) => line !== false)
    .join('\n')
