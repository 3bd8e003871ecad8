// Why a key was not used to sign, in the reader's words: the client shows the one that holds (sealing-client/sign.ts).
import type { SigningFault } from '../../sealing-client/sign.ts'
import { useSpeech } from '../speech.tsx'

const faults = [
  'none',
  'service',
  'form',
  'passphrase',
  'encryption',
  'no-key',
  'no-certificate',
  'key-kind',
  'not-yet',
  'expired',
  'organisation',
  'person',
  'use',
  'untrusted',
] as const satisfies readonly SigningFault[]

/** All of them, hidden; `title` says what did not happen. */
export function KeyFaults({ title }: { title: string }) {
  const { say } = useSpeech()
  return (
    <div data-says="unsigned" hidden className="banner" data-tone="danger" role="alert">
      <p className="banner-title">{title}</p>
      {faults.map((fault) => (
        <p key={fault} data-fault={fault} hidden>
          {say(`work.key.fault.${fault}`)}
        </p>
      ))}
      <p data-detail="" />
    </div>
  )
}
