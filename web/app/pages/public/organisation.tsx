// An organisation's public page: who it is, what it bought, what it won, and its plans.
import type { Route } from './+types/organisation'
import { inLanguage } from '@naru/domain/text.ts'
import { Facts } from '../../design/facts.tsx'
import { Go } from '../../design/go.tsx'
import { Empty, Page, Section } from '../../design/page.tsx'
import { Table } from '../../design/table.tsx'
import { useSpeech } from '../../speech.tsx'
import { PlanList } from './plan-list.tsx'
import { found, idIn, keptUntilChanged, loaderHeaders, naruOf } from './reading.ts'
import { sumOf, Words } from './saying.tsx'
import { TenderList } from './tender-list.tsx'

export async function loader({ params, context }: Route.LoaderArgs) {
  const naru = naruOf(context)
  const id = idIn(params.id)
  const organisation = found(await naru.read.readOrganisation(id))
  const [plans, names, log] = await Promise.all([
    naru.read.published.readPublishedPlans(id),
    naru.read.readNames([id]),
    naru.read.published.readLog(null),
  ])
  return keptUntilChanged(
    naru,
    { organisation, plans, names, now: naru.now },
    'organisation',
    id,
    log.head.size,
    naru.now.slice(0, 13),
  )
}

export const headers = loaderHeaders

export default function Organisation({ loaderData }: Route.ComponentProps) {
  const { say, money, language, has } = useSpeech()
  const { organisation, plans, names, now } = loaderData
  const { profile, tenders, won } = organisation
  const name = inLanguage(profile.name, language, '')
  return (
    <Page
      title={name}
      heading={<Words of={profile.name} />}
      above={profile.kinds.map((kind) => say(`domain.organisationKind.${kind}`)).join(' · ')}
      wide
    >
      <Facts
        facts={[
          ...(profile.identifier
            ? [{ name: profile.identifier.scheme, value: <span className="code">{profile.identifier.id}</span> }]
            : []),
          { name: say('public.organisation.region'), value: profile.region },
          ...(profile.regime && has(`pack.regime.${profile.regime}`)
            ? [{ name: say('public.organisation.regime'), value: say(`pack.regime.${profile.regime}`) }]
            : []),
        ]}
      />
      {profile.kinds.includes('buyer') && (
        <>
          <Section
            id="tenders"
            title={say('public.organisation.tenders', { n: tenders.total })}
            aside={tenders.pages > 1 && <Go to={`/tenders?buyer=${organisation.id}`}>{say('public.home.all')}</Go>}
          >
            <TenderList
              rows={tenders.rows}
              names={names}
              now={now}
              caption={say('public.organisation.tenders', { n: tenders.total })}
              empty={<Empty title={say('public.organisation.noTenders')} />}
            />
          </Section>
          <Section id="plans" title={say('place.plans')}>
            <PlanList plans={plans} names={names} />
          </Section>
        </>
      )}
      {profile.kinds.includes('supplier') && (
        <Section id="won" title={say('public.organisation.won', { n: won.length })}>
          <Table
            caption={say('public.organisation.won', { n: won.length })}
            rows={won}
            rowKey={(each) => each.caseId}
            empty={<Empty title={say('public.organisation.nothingWon')} />}
            columns={[
              {
                key: 'what',
                head: say('public.list.what'),
                names: true,
                cell: (each) => (
                  <Go to={`/tenders/${each.caseId}`}>
                    <Words of={each.title} />
                  </Go>
                ),
              },
              {
                key: 'value',
                head: say('public.contract.value'),
                kind: 'money',
                cell: (each) => {
                  const sum = sumOf(each.value, each.currency)
                  return sum ? money(sum) : '—'
                },
              },
            ]}
          />
        </Section>
      )}
      {profile.kinds.includes('guardian') && <p>{say('public.organisation.guardian')}</p>}
    </Page>
  )
}
