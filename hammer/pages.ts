// The public tender page at a steady rate: time to the last byte, compressed size, and that it carries no script.
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { kgQuotation } from '@naru/stories/tales/kg-quotation.ts'
import { startSandbox } from '@naru/stories/running.ts'
import { openStage } from '@naru/stories/world.ts'
import { lineTo, quantile } from './line.ts'

export interface PagesOptions {
  readonly rate: number
  readonly seconds: number
}

/** Reads one finished tender's page at `rate` requests a second for so many seconds. Answers 1 when it carries a script or an answer failed. */
export async function hammerPages({ rate, seconds }: PagesOptions): Promise<number> {
  const sandbox = await startSandbox('kg', 70, { LOG_LEVEL: 'error' })
  try {
    const stage = await openStage({
      url: sandbox.url,
      wallet: sandbox.wallet,
      country: 'kg',
      say: (line) => console.log(`  ${line}`),
    })
    await stage.setUp([kgQuotation])
    const told = await stage.play([{ tale: kgQuotation, from: await stage.world.now() }])
    if (told.some((each) => each.end === 'failed')) throw new Error('the story did not come to its end')
    const path = `/ru/tenders/${stage.world.id('tender', 'kg-quotation')}`
    const line = lineTo(sandbox.url, 64)
    const page = (encoding: string) =>
      line.fire({ method: 'GET', path, headers: { 'accept-encoding': encoding, accept: 'text/html' } })
    const floor = await measure(
      () => line.fire({ method: 'GET', path: '/api/time', headers: {} }),
      rate,
      Math.min(5, seconds),
    )
    await measure(() => page('br'), rate, 3)
    const run = await measure(() => page('br'), rate, seconds)
    const [brotli, gzip] = [await page('br'), await page('gzip')]
    const html = brotliDecompressSync(brotli.body).toString()
    const scripts = (html.match(/<script/g) ?? []).length
    if (gunzipSync(gzip.body).length === 0) throw new Error('the page is empty')
    line.close()
    console.log(
      `public tender page with contract, ${rate} requests/s for ${seconds} s: p50 ${run.p50.toFixed(1)} ms, p95 ${run.p95.toFixed(1)} ms, p99 ${run.p99.toFixed(1)} ms, failed ${run.failed}`,
    )
    console.log(
      `size: ${html.length} characters, ${(gzip.body.length / 1024).toFixed(1)} KiB gzip, ${(brotli.body.length / 1024).toFixed(1)} KiB brotli; scripts: ${scripts}`,
    )
    console.log(
      `floor in the same run (one query, no page): p95 ${floor.p95.toFixed(1)} ms, ratio ${(run.p95 / floor.p95).toFixed(1)}`,
    )
    return scripts > 0 || run.failed > 0 ? 1 : 0
  } finally {
    await sandbox.stop()
  }
}

/** Fires at a steady rate whatever the answers take, so that a slow answer does not slow the questions. */
async function measure(fire: () => Promise<{ status: number; ms: number }>, rate: number, seconds: number) {
  const times: number[] = []
  const open: Promise<void>[] = []
  let failed = 0
  const since = performance.now()
  for (let n = 0; n < rate * seconds; n += 1) {
    const due = since + (n * 1000) / rate
    const wait = due - performance.now()
    if (wait > 1) await new Promise((resume) => setTimeout(resume, wait))
    const began = performance.now()
    open.push(
      fire().then(
        ({ status }) => {
          times.push(performance.now() - began)
          if (status !== 200) failed += 1
        },
        () => {
          failed += 1
        },
      ),
    )
  }
  await Promise.all(open)
  times.sort((a, b) => a - b)
  return { p50: quantile(times, 0.5), p95: quantile(times, 0.95), p99: quantile(times, 0.99), failed }
}
