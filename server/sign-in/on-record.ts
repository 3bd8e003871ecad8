// Public keys of passkeys on the record of an organisation, before they confirm anything for it: whoever checks later knows whose key it was.
import { toBase64 } from '@naru/sealing/bytes.ts'
import { doAct } from '../act.ts'
import type { Deployment } from '../deployment.ts'

const setUp = { kind: 'platform', part: 'setup' } as const

/** Records the key for an organisation, once. Does nothing where no such organisation is registered. */
export async function putOnRecord(
  deployment: Deployment,
  passkey: { readonly id: Uint8Array; readonly person: string; readonly publicKey: Uint8Array },
  organisation: string,
): Promise<void> {
  const { pool } = deployment.database
  const known = await pool.query('select from passkey_on_record where passkey = $1 and organisation = $2', [
    passkey.id,
    organisation,
  ])
  if (known.rowCount !== 0) return
  const id = toBase64(passkey.id)
  const outcome = await doAct(deployment, {
    caseId: organisation,
    act: 'record-passkey',
    key: `record:${organisation}:${id}`,
    actor: setUp,
    input: { person: passkey.person, passkey: id, publicKey: toBase64(passkey.publicKey) },
    size: 0,
  })
  if (outcome.done)
    await pool.query(
      'insert into passkey_on_record (passkey, person, organisation) values ($1, $2, $3) on conflict do nothing',
      [passkey.id, passkey.person, organisation],
    )
}

/** Says on every record where it stands that a passkey was removed. */
export async function withdrawFromRecord(deployment: Deployment, id: Uint8Array): Promise<void> {
  const { pool } = deployment.database
  const { rows } = await pool.query<{ person: string; organisation: string }>(
    'select person, organisation from passkey_on_record where passkey = $1',
    [id],
  )
  for (const { person, organisation } of rows) {
    const passkey = toBase64(id)
    await doAct(deployment, {
      caseId: organisation,
      act: 'withdraw-passkey',
      key: `withdraw:${organisation}:${passkey}`,
      actor: setUp,
      input: { person, passkey },
      size: 0,
    })
    await pool.query('delete from passkey_on_record where passkey = $1 and organisation = $2', [id, organisation])
  }
}
