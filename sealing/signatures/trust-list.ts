// The trust list: whose certificates, time-stamps and promises count, from when until when. Each version is a log entry of kind 10.
import { type Base64, fromBase64, toBase64 } from '../bytes.ts'
import { asArray, asInteger, asObject, asOneOf, asText } from '../shape.ts'
import { Malformed } from '../malformed.ts'
import { type AlgorithmName, algorithmNames } from './algorithms.ts'
import { type AllowedAlgorithm, type Anchor, readCertificate } from './certificate.ts'

/** A root: its certificate in DER, what it is trusted for, its days (ms, `until` null: without end), and the algorithms below it. */
export type TrustRoot = {
  name: string
  cert: Base64
  use: ('sign' | 'tsa')[]
  from: number
  until: number | null
  algorithms: { name: AlgorithmName; bits: number; until: number | null }[]
}

/** A time-stamp authority: the name of its root, its address, and the policies that count (any where empty). */
export type TrustedAuthority = { name: string; url: string; policies: string[] }

/** A probe of the submission path: its name, who runs it, and its Ed25519 key (32 bytes). Probes of one operator are one witness. */
export type TrustedProbe = { name: string; operator: string; key: Base64 }

/** Who approves releases of the sealing client; approvers of one operator are one. */
export type TrustedApprover = { name: string; operator: string; key: Base64 }

/** An approval as it was signed (client-approval.ts): the release, by which approver, 64 bytes. */
export type ListedApproval = { release: Base64; approver: string; signature: Base64 }

/** The object of kind 10; its commitment is HO("trust", object). */
export type TrustList = {
  v: 1
  version: number
  roots: TrustRoot[]
  /** Ed25519 keys (32 bytes) of the operator's promises, each from a moment on. */
  promiseKeys: { key: Base64; from: number }[]
  /** The witnesses and their quorum as C2SP tlog-policy text. */
  policy: string
  timestampAuthorities: TrustedAuthority[]
  /** SHA-256 of each released sealing client, in base64. */
  clientReleases: Base64[]
  /** Whose findings of outages count; the member is absent where nobody is listed. */
  probes?: TrustedProbe[]
  /** Who approves releases, and what they approved of those listed; absent where nobody is named, or nothing is approved. */
  clientApprovers?: TrustedApprover[]
  clientApprovals?: ListedApproval[]
}

/** What is allowed today where an issuer demands nothing else: 2,048 bits of RSA count until the end of 2030 (ETSI TS 119 312). */
export const usualAlgorithms: readonly AllowedAlgorithm[] = [
  { name: 'ecdsa-p256-sha256', bits: 256, until: null },
  { name: 'ecdsa-p384-sha384', bits: 384, until: null },
  ...(['rsa-pkcs1', 'rsa-pss'] as const).flatMap((kind) =>
    (['sha256', 'sha384', 'sha512'] as const).flatMap((digest): AllowedAlgorithm[] => [
      { name: `${kind}-${digest}`, bits: 2048, until: 1_924_991_999_000 },
      { name: `${kind}-${digest}`, bits: 3000, until: null },
    ]),
  ),
]

/** Makes a trust list; its parts are put in order, so that the same parts give the same bytes. */
export function trustList(parts: Omit<TrustList, 'v'>): TrustList {
  const list: TrustList = {
    v: 1,
    version: parts.version,
    roots: parts.roots.toSorted((a, b) => order(a.name + a.cert, b.name + b.cert)),
    promiseKeys: parts.promiseKeys.toSorted((a, b) => a.from - b.from || order(a.key, b.key)),
    policy: parts.policy,
    timestampAuthorities: parts.timestampAuthorities.toSorted((a, b) => order(a.name, b.name)),
    clientReleases: parts.clientReleases.toSorted(order),
    ...(parts.probes?.length && { probes: parts.probes.toSorted((a, b) => order(a.name, b.name)) }),
    ...(parts.clientApprovers?.length && {
      clientApprovers: parts.clientApprovers.toSorted((a, b) => order(a.name, b.name)),
    }),
    ...(parts.clientApprovals?.length && {
      clientApprovals: parts.clientApprovals.toSorted((a, b) => order(a.release + a.approver, b.release + b.approver)),
    }),
  }
  return parseTrustList(JSON.parse(JSON.stringify(list)))
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** A root for the list from its certificate in DER. */
export const trustRoot = (
  name: string,
  certificate: Uint8Array,
  use: readonly ('sign' | 'tsa')[],
  more: { from?: number; until?: number | null; algorithms?: readonly AllowedAlgorithm[] } = {},
): TrustRoot => ({
  name,
  cert: toBase64(certificate),
  use: [...use],
  from: more.from ?? 0,
  until: more.until ?? null,
  algorithms: (more.algorithms ?? usualAlgorithms).map((each) => ({ ...each })),
})

const mostRoots = 500

/** A trust list from parsed JSON. Throws `Malformed`: unknown members, a root that is no certificate, an authority without a root. */
export function parseTrustList(value: unknown): TrustList {
  const members = ['v', 'version', 'roots', 'promiseKeys', 'policy', 'timestampAuthorities', 'clientReleases']
  const lists = (name: string): boolean => typeof value === 'object' && value !== null && Object.hasOwn(value, name)
  const o = asObject(value, 'trust', [...members, ...optional.filter(lists)])
  const roots = asArray(o['roots'], 'trust.roots', mostRoots).map((each, n) => parseRoot(each, `trust.roots[${n}]`))
  const authorities = asArray(o['timestampAuthorities'], 'trust.timestampAuthorities', 100).map((each, n) => {
    const path = `trust.timestampAuthorities[${n}]`
    const a = asObject(each, path, ['name', 'url', 'policies'])
    const name = asText(a['name'], `${path}.name`)
    if (!roots.some((root) => root.name === name && root.use.includes('tsa')))
      throw new Malformed(`${path}.name`, 'no root for time-stamps has this name')
    const policies = asArray(a['policies'], `${path}.policies`, 100).map((p) => asText(p, `${path}.policies`))
    return { name, url: asText(a['url'], `${path}.url`, 2000), policies }
  })
  return {
    v: asOneOf(o['v'], 'trust.v', [1]),
    version: asInteger(o['version'], 'trust.version', 1),
    roots,
    promiseKeys: asArray(o['promiseKeys'], 'trust.promiseKeys', 1000).map((each, n) => {
      const k = asObject(each, `trust.promiseKeys[${n}]`, ['key', 'from'])
      return { key: bytesOf(k['key'], `trust.promiseKeys[${n}].key`, 32), from: asInteger(k['from'], 'trust.from') }
    }),
    policy: typeof o['policy'] === 'string' && o['policy'] === '' ? '' : asText(o['policy'], 'trust.policy', 20_000),
    timestampAuthorities: authorities,
    clientReleases: asArray(o['clientReleases'], 'trust.clientReleases').map((each, n) =>
      bytesOf(each, `trust.clientReleases[${n}]`, 32),
    ),
    ...(lists('probes') && { probes: parseNamed(o['probes'], 'trust.probes') }),
    ...(lists('clientApprovers') && { clientApprovers: parseNamed(o['clientApprovers'], 'trust.clientApprovers') }),
    ...(lists('clientApprovals') && { clientApprovals: parseApprovals(o['clientApprovals']) }),
  }
}

/** Members that are absent where they would be empty, so that a list from before them keeps its bytes. */
const optional = ['probes', 'clientApprovers', 'clientApprovals']

function parseApprovals(value: unknown): ListedApproval[] {
  const approvals = asArray(value, 'trust.clientApprovals', 1000).map((each, n) => {
    const path = `trust.clientApprovals[${n}]`
    const a = asObject(each, path, ['release', 'approver', 'signature'])
    return {
      release: bytesOf(a['release'], `${path}.release`, 32),
      approver: asText(a['approver'], `${path}.approver`),
      signature: bytesOf(a['signature'], `${path}.signature`, 64),
    }
  })
  if (approvals.length === 0) throw new Malformed('trust.clientApprovals', 'empty')
  return approvals
}

/** Programs with a name, an operator and an Ed25519 key: probes, approvers. */
function parseNamed(value: unknown, place: string): { name: string; operator: string; key: Base64 }[] {
  const named = asArray(value, place, 100).map((each, n) => {
    const path = `${place}[${n}]`
    const p = asObject(each, path, ['name', 'operator', 'key'])
    return {
      name: asText(p['name'], `${path}.name`),
      operator: asText(p['operator'], `${path}.operator`),
      key: bytesOf(p['key'], `${path}.key`, 32),
    }
  })
  if (named.length === 0) throw new Malformed(place, 'empty')
  if (new Set(named.map((each) => each.name)).size < named.length) throw new Malformed(place, 'a name stands twice')
  return named
}

function bytesOf(value: unknown, path: string, length: number): Base64 {
  const text = asText(value, path)
  if (fromBase64(text, path).length !== length) throw new Malformed(path, `not ${length} bytes`)
  return text
}

function parseRoot(value: unknown, path: string): TrustRoot {
  const o = asObject(value, path, ['name', 'cert', 'use', 'from', 'until', 'algorithms'])
  const cert = asText(o['cert'], `${path}.cert`, 32_000)
  const { authority } = readCertificate(fromBase64(cert, `${path}.cert`), `${path}.cert`)
  if (!authority) throw new Malformed(`${path}.cert`, 'is no authority')
  const until = (v: unknown, where: string) => (v === null ? null : asInteger(v, where))
  return {
    name: asText(o['name'], `${path}.name`),
    cert,
    use: asArray(o['use'], `${path}.use`, 2).map((each) => asOneOf(each, `${path}.use`, ['sign', 'tsa'])),
    from: asInteger(o['from'], `${path}.from`),
    until: until(o['until'], `${path}.until`),
    algorithms: asArray(o['algorithms'], `${path}.algorithms`, 100).map((each, n) => {
      const a = asObject(each, `${path}.algorithms[${n}]`, ['name', 'bits', 'until'])
      return {
        name: asOneOf(a['name'], `${path}.algorithms[${n}].name`, algorithmNames),
        bits: asInteger(a['bits'], `${path}.algorithms[${n}].bits`, 256, 16_384),
        until: until(a['until'], `${path}.algorithms[${n}].until`),
      }
    }),
  }
}

/** The roots as the checks take them. */
export const anchorsOf = (roots: readonly TrustRoot[]): Anchor[] =>
  roots.map((root) => ({ ...root, certificate: readCertificate(fromBase64(root.cert)) }))
