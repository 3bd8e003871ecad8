// Load and faults, on this machine only: `npm run hammer -- deadline | opening | verify | pages | attachment | seal | ranking`. Each run is bounded and ends by itself.
import { hammerAttachment } from './attachment.ts'
import { hammerDeadline } from './deadline.ts'
import { hammerOpening } from './opening.ts'
import { hammerPages } from './pages.ts'
import { hammerRanking } from './ranking.ts'
import { hammerSeal } from './seal.ts'
import { hammerProofs } from './verify.ts'

const usage = `npm run hammer -- deadline [--seconds 60] [--bidders 6000] [--tenders 7] [--connections 48] [--certificates 0] [--runs 3]
npm run hammer -- opening [--bidders 3000] [--connections 32]
npm run hammer -- verify [--bidders 3000] [--connections 32] [--proofs 10000]
npm run hammer -- pages [--rate 200] [--seconds 30]
npm run hammer -- attachment [--mebibytes 1024] [--chromium 0]
npm run hammer -- seal [--times 60]
npm run hammer -- ranking [--bids 3000] [--times 5]

deadline: each bidder bids once in every tender, so a run lasts at most bidders × tenders bids. --certificates 0: the sandbox's sessions sign. 1: each
bidder has one certificate, with which it signs its bid in every tender; the first is the first that the program sees of it. So --tenders 7 is the usual
storm, of bidders who bid again and again, and --tenders 1 the hardest one, of certificates never seen before. 2: as 1, and each has signed in with its
certificate before the storm (some 50 ms each), as people do who sign in so.
attachment: --chromium 1 sends the file again from the bidder's pages in a Chromium with a profile on disk, 2 only so. Needs three times the file's size in the folder
for temporary files, which is given back.`

/** Reads `--name number` pairs; throws for a word that is not known. */
function readNumbers(words: readonly string[], defaults: Readonly<Record<string, number>>): Record<string, number> {
  const numbers = { ...defaults }
  for (let at = 0; at < words.length; at += 2) {
    const name = (words[at] ?? '').replace(/^--/, '')
    const value = Number(words[at + 1])
    if (!(name in defaults) || !Number.isFinite(value) || value < 0)
      throw new Error(`${words[at]} ${words[at + 1] ?? ''} is not understood\n${usage}`)
    numbers[name] = value
  }
  return numbers
}

const [what, ...words] = process.argv.slice(2)
try {
  if (what === 'deadline')
    process.exitCode = await hammerDeadline(
      readNumbers(words, {
        seconds: 60,
        bidders: 6_000,
        tenders: 7,
        connections: 48,
        certificates: 0,
        runs: 3,
      }) as never,
    )
  else if (what === 'opening')
    process.exitCode = await hammerOpening(readNumbers(words, { bidders: 3000, connections: 32 }) as never)
  else if (what === 'verify') {
    const { proofs = 0, ...rest } = readNumbers(words, { bidders: 3000, connections: 32, proofs: 10_000 })
    process.exitCode = hammerProofs(proofs) || (await hammerOpening({ ...rest, verify: true } as never))
  } else if (what === 'pages')
    process.exitCode = await hammerPages(readNumbers(words, { rate: 200, seconds: 30 }) as never)
  else if (what === 'attachment')
    process.exitCode = await hammerAttachment(readNumbers(words, { mebibytes: 1024, chromium: 0 }) as never)
  else if (what === 'seal') process.exitCode = await hammerSeal(readNumbers(words, { times: 60 }) as never)
  else if (what === 'ranking') process.exitCode = hammerRanking(readNumbers(words, { bids: 3_000, times: 5 }) as never)
  else {
    console.log(usage)
    process.exitCode = what === undefined ? 0 : 2
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
