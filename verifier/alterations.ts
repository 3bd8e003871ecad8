// Bad bundles made from good ones: each alteration by its name, with the reason for which it must be refused. By subject in alterations/.
import { closingAlterations } from './alterations/closing.ts'
import { containerAlterations } from './alterations/container.ts'
import { Draft, type OperatorKeys } from './alterations/draft.ts'
import { factAlterations } from './alterations/facts.ts'
import { logAlterations } from './alterations/log.ts'
import { noticeAlterations } from './alterations/notice.ts'
import { openDataAlterations } from './alterations/open-data.ts'
import { openingAlterations } from './alterations/opening.ts'
import { outageAlterations } from './alterations/outage.ts'
import { outcomeAlterations } from './alterations/outcome.ts'
import { trustAlterations } from './alterations/trust.ts'
import type { Alteration } from './alterations/alteration.ts'
import type { Files } from './bundle.ts'
import type { Example } from './examples.ts'

/** All alterations by the good bundle that they are made from, in the order of what they break. */
export const alterations: Readonly<Record<Example, readonly Alteration[]>> = {
  'kr-open': [
    ...containerAlterations,
    ...logAlterations,
    ...factAlterations,
    ...noticeAlterations,
    ...trustAlterations,
    ...closingAlterations,
    ...openingAlterations,
    ...outcomeAlterations,
    ...openDataAlterations,
  ],
  'fictia-moved': outageAlterations,
}

/** The files of a good bundle after an alteration. */
export async function altered(files: Files, keys: OperatorKeys, alteration: Alteration): Promise<Files> {
  const draft = new Draft(files, keys)
  await alteration.alter(draft)
  return draft.files
}

/** Files as they are, with the operator's signature over them. */
export function signedAgain(files: Files, keys: OperatorKeys): Files {
  const draft = new Draft(files, keys)
  draft.sign()
  return draft.files
}
