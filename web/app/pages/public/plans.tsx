// All published procurement plans.
import type { Route } from './+types/plans'
import { Page } from '../../design/page.tsx'
import { useSpeech } from '../../speech.tsx'
import { PlanList } from './plan-list.tsx'
import { keptUntilChanged, loaderHeaders, naruOf } from './reading.ts'

export async function loader({ context }: Route.LoaderArgs) {
  const naru = naruOf(context)
  const [plans, log] = await Promise.all([
    naru.read.published.readPublishedPlans(null),
    naru.read.published.readLog(null),
  ])
  const names = await naru.read.readNames(plans.map((each) => each.organisation))
  return keptUntilChanged(naru, { plans, names }, 'plans', log.head.size)
}

export const headers = loaderHeaders

export default function Plans({ loaderData }: Route.ComponentProps) {
  const { say } = useSpeech()
  return (
    <Page title={say('place.plans')} lead={say('public.plans.lead')} wide>
      <PlanList plans={loaderData.plans} names={loaderData.names} />
    </Page>
  )
}
