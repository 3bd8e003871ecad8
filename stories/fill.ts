// Fills an empty sandbox: plays the country's stories through the same requests that people make, from some seventy days ago until now.
import { parseArgs } from 'node:util'
import type { Cast } from './cast/cast.ts'
import { moveClock, readClock, readerAt } from './client.ts'
import { connectGuardians } from './parts/guardians.ts'
import { fictiaEveryday } from './tales/fictia-everyday.ts'
import { kgEveryday } from './tales/kg-everyday.ts'
import { krEveryday } from './tales/kr-everyday.ts'
import { fictiaTales } from './tales/of-fictia.ts'
import { intTales } from './tales/of-int.ts'
import { kgTales } from './tales/of-kg.ts'
import { krTales } from './tales/of-kr.ts'
import { mnTales } from './tales/of-mn.ts'
import { uzTales } from './tales/of-uz.ts'
import { days, later, minutes, workdayAfter } from './times.ts'
import { openStage, type Tale } from './world.ts'

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    country: { type: 'string', default: 'kg' },
    /** The wallet that keeps the key holders' keys; the sandbox's browser speaks to the same one. */
    wallet: { type: 'string', default: process.env.NARU_WALLET },
  },
})

/** How long before now the clock begins. */
const length = 70

/** Tale → days after the beginning. Those that begin late are still under way when the clock comes to now. */
const calendar: Readonly<
  Record<Cast['country'], { readonly tales: readonly Tale[]; readonly begins: Readonly<Record<string, number>> }>
> = {
  kg: {
    tales: [...kgTales, ...kgEveryday],
    begins: {
      'kg-plan': 0,
      'kg-open': 0,
      'kg-quotation': 2,
      'kg-failed': 3,
      'kg-direct': 4,
      'kg-declined': 6,
      'kg-cancelled': 5,
      'kg-lateness': 8,
      'kg-milk': 46,
      'kg-gloves': 57,
      'kg-roof': 60,
      'kg-books': 63,
      'kg-computers': 69.3,
    },
  },
  kr: {
    tales: [...krTales, ...krEveryday],
    begins: {
      'kr-small': 1,
      'kr-open': 2,
      'kr-rebid': 6,
      'kr-paper': 40,
      'kr-cleaning': 58,
      'kr-chairs': 64,
      'kr-uniforms': 69.3,
    },
  },
  fictia: {
    tales: [...fictiaTales, ...fictiaEveryday],
    begins: {
      'fictia-best-score': 1,
      'fictia-two-lots': 3,
      'fictia-faults': 5,
      'fictia-toner': 40,
      'fictia-guards': 57,
      'fictia-bridge': 62,
    },
  },
  uz: { tales: uzTales, begins: { 'uz-tender': 1, 'uz-small': 52 } },
  mn: { tales: mnTales, begins: { 'mn-open': 2, 'mn-comparison': 55 } },
  int: { tales: intTales, begins: { 'int-bank-open': 1, 'int-confirmed': 2 } },
}

async function main(): Promise<void> {
  const { url, wallet } = values
  const country = values.country as Cast['country']
  const plan = calendar[country]
  if (!url || !plan)
    throw new Error(
      'usage: fill.ts --url http://127.0.0.1:8080 --country kg|kr|uz|mn|int|fictia --wallet http://127.0.0.1:…',
    )
  if (!wallet) throw new Error('The stories need the sandbox’s wallet: --wallet or NARU_WALLET.')
  const address = url.replace(/\/$/, '')
  const since = Date.now()
  const { people } = (await readerAt(address).get('/sandbox/people')).body as { people: readonly unknown[] }
  if (people.length > 0) {
    console.log(
      '  There are people in this sandbox already, so its stories are not told again (npm start -- --fresh begins anew).',
    )
    return
  }
  const begun = await readerAt(address).raw('POST', '/sandbox/clock', { beginDaysEarlier: length })
  if (!begun.ok) throw new Error(`The clock does not begin earlier: ${await begun.text()}`)
  let done = 0
  const say = (line: string) => console.log(`  ${line}`)
  const stage = await openStage({ url: address, wallet, country, say })
  await stage.setUp(plan.tales)
  await connectGuardians(stage.world)
  const begin = await stage.world.now()
  const { real } = await readClock(address)
  // What begins on the last day begins on that very hour, be it a weekend; the rest in the morning of a working day.
  const parts = plan.tales.map((tale, n) => {
    const after = plan.begins[tale.name] ?? 0
    const moment = later(begin, days(after))
    return {
      tale,
      from: later(after < length - 1 ? workdayAfter(moment, 0, '09:00', stage.world.zone) : moment, minutes(7 * n)),
    }
  })
  const told = await stage.play(parts, later(real, -minutes(3)))
  const { now, real: today } = await readClock(address)
  if (now < today) await moveClock(address, today)
  for (const { end } of told) if (end !== 'failed') done += 1
  const failed = told.filter((each) => each.end === 'failed')
  for (const { name, error } of failed)
    console.error(
      `  ${name} could not be told: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    )
  say(
    `${done} of ${told.length} cases in ${Math.round((Date.now() - since) / 1000)} s, ${told.filter((each) => each.end === 'left').length} of them under way`,
  )
  if (failed.length > 0) process.exitCode = 1
}

await main()
