// `naru verify <address | bundle.zip | receipt.tlog-proof>`: the verdict in words or as JSON; exit code 0 holds, 1 does not, 2 could not be checked.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { parseVerifierKey } from '@naru/log/checkpoint.ts'
import { fromBase64 } from '@naru/sealing/bytes.ts'
import { parseManifest } from '@naru/sealing/manifest.ts'
import { parseTrustList } from '@naru/sealing/signatures/trust-list.ts'
import { verifyAddress, wholeVerdict } from './address.ts'
import { openArchive } from './archive.ts'
import type { Auditor } from './check-log.ts'
import { exitCodeOf, Findings, type Verdict } from './finding.ts'
import { nodeHost, usePlatform } from './host.ts'
import { Memory, usualMemory } from './memory.ts'
import { isReceipt, originOf, verifyReceipt } from './receipt.ts'
import { linesOf, type Words } from './tell.ts'
import { verifyBundle } from './verify.ts'

const usage = `naru verify <address | bundle.zip | receipt.tlog-proof>

  --key <line>          the log's verifier key (name+id+key); without it the one first seen, or the bundle's own
  --promise-key <key>   the operator's key in base64; may be repeated
  --policy <file>       your own witness policy (C2SP tlog-policy)
  --trust <file>        your own trust list (as at /api/trust), instead of the log's
  --manifest <file>     with a receipt: the manifest that was sent
  --deadline <time>     with a receipt: the deadline, e.g. 2026-11-22T10:00:00Z
  --no-attachments      with an address: does not read the files beside opened bids
  --memory <file>       where seen checkpoints are kept (usually ~/.naru/seen.json)
  --forget              neither reads nor writes a memory
  --language <ky|ru|en|ko>
  --json                the verdict as JSON

Exit code 0: holds. 1: does not hold. 2: could not be checked.`

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      key: { type: 'string' },
      'promise-key': { type: 'string', multiple: true },
      policy: { type: 'string' },
      trust: { type: 'string' },
      manifest: { type: 'string' },
      deadline: { type: 'string' },
      'no-attachments': { type: 'boolean' },
      memory: { type: 'string' },
      forget: { type: 'boolean' },
      language: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  const [subject] = positionals
  if (values.help || subject === undefined || positionals.length > 1) {
    console.log(usage)
    return values.help ? 0 : 2
  }
  usePlatform()
  const memory = new Memory(values.forget ? null : (values.memory ?? usualMemory()))
  const given: Auditor = {
    ...(values.key && { logKey: parseVerifierKey(values.key) }),
    ...(values['promise-key'] && { promiseKeys: values['promise-key'].map((key) => fromBase64(key)) }),
    ...(values.policy && { policy: readFileSync(values.policy, 'utf8') }),
    ...(values.trust && { trust: parseTrustList(JSON.parse(readFileSync(values.trust, 'utf8'))) }),
  }
  const auditorFor = (origin: string, size?: number): Auditor => ({ ...memory.auditorFor(origin, size), ...given })
  const tell = async (verdict: Verdict): Promise<number> => {
    if (values.json) console.log(JSON.stringify(verdict))
    else {
      const words = await wordsOf(values.language ?? 'en')
      console.log(`${subject}\n${linesOf(verdict, words).join('\n')}`)
    }
    return exitCodeOf(verdict)
  }

  if (/^https?:\/\//.test(subject)) {
    const base = subject.replace(/\/+$/, '')
    const fetched = async (path: string): Promise<Uint8Array | null> => {
      const response = await fetch(`${base}${path}`)
      if (response.status === 404) return null
      if (!response.ok) throw new Error(`${path} answers ${response.status}`)
      return new Uint8Array(await response.arrayBuffer())
    }
    const say = (line: string) => void (values.json || process.stderr.write(`${line}\n`))
    const whole = await verifyAddress(fetched, auditorFor, nodeHost, Date.now(), say, !values['no-attachments'])
    const verdict = wholeVerdict(whole, base)
    if (verdict.verdict === 'holds' && whole.checked && whole.keys) {
      memory.learn(whole.checked, whole.keys, whole.trust)
      memory.save()
    }
    return tell(verdict)
  }

  const bytes = new Uint8Array(readFileSync(subject))
  const start = new TextDecoder().decode(bytes.subarray(0, 64))
  if (isReceipt(start)) {
    const text = new TextDecoder().decode(bytes)
    const auditor = auditorFor(originOf(text.slice(text.indexOf('\n\n') + 2)))
    const mine = {
      ...(values.manifest && { manifest: parseManifest(JSON.parse(readFileSync(values.manifest, 'utf8'))) }),
      ...(values.deadline && { T: Date.parse(values.deadline) }),
    }
    return tell(verifyReceipt(text, auditor, nodeHost.promiseHolds, mine))
  }
  const findings = new Findings()
  const files = openArchive(findings, bytes)
  if (!files || findings.broken) return tell(findings.verdict(subject))
  const checkpoint = new TextDecoder().decode(files.get('checkpoint'))
  const size = Number(checkpoint.split('\n')[1]) || 0
  const auditor = auditorFor(originOf(checkpoint), size)
  const { verdict, log, bundle, trust } = await verifyBundle(files, auditor, nodeHost)
  if (verdict.verdict === 'holds' && log && bundle) {
    const { logKey = bundle.logKey, promiseKeys = bundle.promiseKeys } = auditor
    memory.learn(log, { logKey, promiseKeys }, trust)
    memory.save()
  }
  return tell(verdict)
}

async function wordsOf(language: string): Promise<Words> {
  if (!['ky', 'ru', 'en', 'ko'].includes(language)) throw new Error(`${language} is not one of ky, ru, en, ko`)
  const { default: words } = (await import(`./words/${language}.json`, { with: { type: 'json' } })) as {
    default: Words
  }
  return words
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}
