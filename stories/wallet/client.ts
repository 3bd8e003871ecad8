// Speaks to a running wallet: what a key holder's page does with it.
import type { KeyRecord } from '@naru/sealing/descriptor.ts'
import type { Batch } from '@naru/sealing/opening.ts'
import type { ProbeAnswer } from '@naru/sealing/probe.ts'
import type { Box, SaltInput } from './duties.ts'

export interface Wallet {
  readonly url: string
  readonly records: (person: string, of: { tender: string; group: string; i: number }) => Promise<KeyRecord[]>
  /** What the person's keys open of the probes, as the act `rehearse-opening` takes it. */
  readonly rehearsal: (
    person: string,
    of: { tenderKeys: readonly unknown[]; probes: readonly unknown[] },
  ) => Promise<ProbeAnswer[]>
  readonly salts: (person: string, tenderKeys: readonly unknown[]) => Promise<SaltInput[]>
  /** Destroys the key of a round for ever; false where there was none. */
  readonly destroy: (person: string, of: { tender: string; round: number }) => Promise<boolean>
  /** Makes the person's passkey for a site; both answers are those of `navigator.credentials`, as JSON. */
  readonly passkey: (person: string, asked: { publicKey: unknown; origin: string }) => Promise<unknown>
  /** Has the person's passkey confirm an act. */
  readonly confirm: (person: string, asked: object) => Promise<unknown>
  readonly shares: (person: string, of: { tenderKey: unknown; box: Box; now: number }) => Promise<Batch>
}

/** A wallet by its address. Every function throws an error with the wallet's words where it is unwilling. */
export function walletAt(url: string): Wallet {
  const ask = async (person: string, duty: string, body: unknown): Promise<Record<string, unknown>> => {
    const response = await fetch(`${url}/people/${person}/${duty}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const answer = (await response.json()) as Record<string, unknown>
    if (!response.ok) throw new Error(`the wallet: ${response.status} ${JSON.stringify(answer)}`)
    return answer
  }
  return {
    url,
    records: async (person, of) => (await ask(person, 'records', of)).records as KeyRecord[],
    rehearsal: async (person, of) => (await ask(person, 'rehearsal', of)).shares as ProbeAnswer[],
    salts: async (person, tenderKeys) => (await ask(person, 'salts', { tenderKeys })).salts as SaltInput[],
    destroy: async (person, of) => (await ask(person, 'destroy', of)).destroyed as boolean,
    passkey: async (person, asked) => (await ask(person, 'passkey', asked)).response,
    confirm: async (person, asked) => (await ask(person, 'confirm', asked)).response,
    shares: async (person, of) => (await ask(person, 'shares', of)).batch as Batch,
  }
}
