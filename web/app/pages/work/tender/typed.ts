// What is being typed on a page of a tender's preparation.
import { data } from 'react-router'
import { keepTyped } from '../../../work/keep-typed.ts'
import { readPreparation } from '../../../work/preparation.ts'
import type { Route } from './+types/typed'

export function loader(): never {
  throw data(null, { status: 404 })
}

export async function action(args: Route.ActionArgs) {
  return keepTyped(await args.request.formData(), async () => {
    const { naru, caseId, draft, version } = await readPreparation(args)
    return { naru, id: caseId, kind: 'tender', caseId, draft, version }
  })
}
