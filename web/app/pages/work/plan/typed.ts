// What is being typed into a line of the year's plan.
import { data } from 'react-router'
import { keepTyped } from '../../../work/keep-typed.ts'
import { linesToEdit, mayWritePlan, readPlanWork } from '../../../work/plan-draft.ts'
import type { Route } from './+types/typed'

export function loader(): never {
  throw data(null, { status: 404 })
}

export async function action(args: Route.ActionArgs) {
  return keepTyped(await args.request.formData(), async () => {
    const { naru, id, state, draft, version } = await readPlanWork(args)
    mayWritePlan(naru)
    const lines = linesToEdit(state, draft)
    const begun = { ...draft, year: state?.year ?? draft?.year ?? 0, lines }
    return { naru, id, kind: 'plan', caseId: state ? id : null, draft: begun, version }
  })
}
