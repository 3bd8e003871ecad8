// Publication: what will happen, to whom it becomes visible, what can no longer be changed; then one button.
import { data, redirect } from 'react-router'
import type { Route } from './+types/publish'
import { BasisNote } from '../../../design/chip.tsx'
import { Facts } from '../../../design/facts.tsx'
import { ActForm, Button, Buttons } from '../../../design/form.tsx'
import { Go } from '../../../design/go.tsx'
import { Banner, Page, Section } from '../../../design/page.tsx'
import { RefusalText } from '../../../sentences.tsx'
import { useSpeech } from '../../../speech.tsx'
import { actAndGo } from '../../../work/act.ts'
import { caseAt } from '../../../work/case-places.ts'
import { inWords } from '../../../work/names.ts'
import { readTender } from '../../../work/preparation.ts'
import { signedIn } from '../../../work/signed-in.ts'
import { errorsOf, Trouble } from '../../../work/trouble.tsx'

export async function loader({ context, url, params }: Route.LoaderArgs) {
  const naru = signedIn(context, url)
  const { caseId } = params
  const view = await readTender(naru, caseId)
  const { tender, earliest, assumed } = view
  if (tender.published) throw redirect(`/${naru.language}${caseAt(caseId)}`)
  if (!tender.prepared) throw data({ refused: 'stageHasNotCome' }, { status: 409 })
  const may = view.may.find((each) => each.act === 'publish-tender')
  const holders = tender.holders.reduce((sum, group) => sum + group.holders.length, 0)
  const { content } = tender.prepared
  return {
    caseId,
    title: content.title,
    main: content.language,
    method: content.choice.method,
    deadline: content.deadline,
    earliest,
    assumed,
    why: may && !may.open ? may.why : null,
    keys: {
      held: new Set(tender.keyRecords.map((each) => each.officer)).size,
      holders,
      fixed: tender.tenderKeys.length > 0,
      proved: tender.rehearsal?.answered.filter((each) => each.opens).length ?? 0,
    },
    now: naru.now,
  }
}

export async function action({ context, url, params, request }: Route.ActionArgs) {
  const naru = signedIn(context, url)
  const { caseId } = params
  const form = await request.formData()
  return actAndGo(naru, form, { caseId, act: 'publish-tender', input: {}, to: caseAt(caseId) })
}

export default function Publish({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language, moment, has } = speech
  const { caseId, title, main, method, deadline, earliest, assumed, why, keys } = loaderData
  const late = earliest && deadline < earliest.at
  return (
    <Page
      title={say('work.publish.title')}
      lead={say('work.publish.lead')}
      wrong={actionData !== undefined}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: caseAt(caseId), text: inWords(title, language, main) },
      ]}
    >
      <Trouble failed={actionData} errors={errorsOf(actionData?.why, speech)} />
      {why && (
        <Banner tone="warn" title={say('work.refused')}>
          <RefusalText refusal={why} />
        </Banner>
      )}
      {late && (
        <Banner tone="warn" title={say('work.publish.tooShort', { when: moment(earliest.at) })}>
          <p>
            <BasisNote basis={earliest.because.basis} />
          </p>
          <p>
            <Go to={caseAt(caseId, 'deadline')}>{say('work.deadline.title')}</Go>
          </p>
        </Banner>
      )}
      <Section id="what" title={say('work.publish.what')}>
        <ul>
          <li>{say('work.publish.public')}</li>
          <li>
            {say('work.publish.terms', {
              method: has(`pack.method.${method}.name`) ? say(`pack.method.${method}.name`) : method,
            })}
          </li>
          <li>{say('work.publish.until', { when: moment(deadline) })}</li>
          <li>{say('work.publish.final')}</li>
        </ul>
        <Facts
          facts={[
            { name: say('domain.moment.deadline'), value: moment(deadline) },
            {
              name: say('work.keys.held'),
              value: say('work.keys.count', { n: keys.held, of: keys.holders }),
              note: !keys.fixed
                ? say('work.keys.waiting')
                : keys.proved < keys.holders
                  ? say('work.keys.countProved', { n: keys.proved, of: keys.holders })
                  : say('work.keys.fixed'),
            },
          ]}
        />
      </Section>
      {assumed.length > 0 && (
        <Banner tone="warn" title={say('work.publish.assumed', { n: assumed.length })}>
          <ul>
            {assumed.map((key) => (
              <li key={key}>{has(`pack.value.${key}`) ? say(`pack.value.${key}`) : key}</li>
            ))}
          </ul>
        </Banner>
      )}
      {!why && (
        <ActForm act="publish">
          <Buttons>
            <Button>{say('domain.act.publish-tender')}</Button>
            <Go to={caseAt(caseId)}>{say('work.notNow')}</Go>
          </Buttons>
        </ActForm>
      )}
    </Page>
  )
}
