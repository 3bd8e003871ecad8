// The sandbox's clock: anyone moves it forward, to a moment of a case or by a length of time.
import { data, redirect } from 'react-router'
import type { Route } from './+types/clock'
import { Button, ErrorSummary, MomentField } from '../../design/form.tsx'
import { Go } from '../../design/go.tsx'
import { Page, Section } from '../../design/page.tsx'
import { instantOf, readDay, readTimeOfDay } from '../../../format.ts'
import { useSpeech } from '../../speech.tsx'
import { backTo, naruOf } from '../../work/signed-in.ts'
import style from '../../work/work.css?url'

export const links: Route.LinksFunction = () => [{ rel: 'stylesheet', href: style }]

const lengths = [3_600_000, 86_400_000, 3 * 86_400_000, 7 * 86_400_000] as const

export async function loader({ context, url }: Route.LoaderArgs) {
  const { read, now, country } = naruOf(context)
  if (!read.sandbox) throw data(null, { status: 404 })
  const back = backTo(url.searchParams.get('back'), '/')
  const caseId = /tenders\/([0-9a-f-]{36})/.exec(back)?.[1]
  const view = caseId ? await read.readCase(caseId) : null
  const moments =
    view?.kind === 'tender'
      ? view.schedule.flatMap(({ moment, at }) =>
          at && at > now ? [{ moment, at: moment === 'opened' ? later(at, 1_000) : at }] : [],
        )
      : []
  return {
    now,
    back,
    zone: country.zone,
    moments: moments.filter((each, at) => moments.findIndex((other) => other.at === each.at) === at),
  }
}

const later = (instant: string, milliseconds: number) => new Date(Date.parse(instant) + milliseconds).toISOString()

export async function action({ context, request, url }: Route.ActionArgs) {
  const naru = naruOf(context)
  const { sandbox } = naru.read
  if (!sandbox) throw data(null, { status: 404 })
  const form = await request.formData()
  const back = backTo(form.get('back') ?? url.searchParams.get('back'), '/')
  const by = Number(form.get('by') ?? Number.NaN)
  const day = readDay(String(form.get('to.date') ?? ''), naru.country.form)
  const time = readTimeOfDay(String(form.get('to.time') ?? ''))
  const named = String(form.get('moment') ?? '')
  const to = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(named)
    ? named
    : lengths.includes(by as never)
      ? later(naru.now, by)
      : day && time
        ? instantOf(day, time, naru.country.zone)
        : undefined
  if (!to || Date.parse(to) - Date.parse(naru.now) > 400 * 86_400_000 || !(await sandbox.moveClock(to)))
    return data(
      { wrong: true, date: String(form.get('to.date') ?? ''), time: String(form.get('to.time') ?? '') },
      { status: 422 },
    )
  return redirect(`/${naru.language}${back}`)
}

export default function Clock({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, moment, length } = speech
  const { now, back, moments } = loaderData
  const errors = actionData ? [{ field: 'to', text: say('work.clock.wrong') }] : []
  const hidden = <input type="hidden" name="back" value={back} />
  return (
    <Page title={say('work.clock.title')} lead={say('work.clock.lead')} wrong={errors.length > 0}>
      <ErrorSummary errors={errors} />
      <p className="stamp">
        {say('work.clock.now')} <strong>{moment(now)}</strong>
      </p>
      {moments.length > 0 && (
        <Section id="moments" title={say('work.clock.moments')}>
          <form method="post" className="row-form">
            {hidden}
            {moments.map((each) => (
              <Button key={each.at} kind="secondary" name="moment" value={each.at}>
                {say(`domain.moment.${each.moment}`)}: {speech.dateTime(each.at)}
              </Button>
            ))}
          </form>
        </Section>
      )}
      <Section id="lengths" title={say('work.clock.lengths')}>
        <form method="post" className="row-form">
          {hidden}
          {lengths.map((each) => (
            <Button key={each} kind="secondary" name="by" value={String(each)}>
              + {length(each)}
            </Button>
          ))}
        </form>
      </Section>
      <Section id="any" title={say('work.clock.any')}>
        <form method="post">
          {hidden}
          <MomentField
            name="to"
            label={say('work.clock.to')}
            example={now}
            zone={speech.moment(now).split(', ')[1] ?? ''}
            date={actionData?.date ?? ''}
            time={actionData?.time ?? ''}
            errors={errors}
          />
          <div className="buttons">
            <Button>{say('work.clock.move')}</Button>
          </div>
        </form>
      </Section>
      <p>
        <Go to={back}>{say('work.back')}</Go>
      </p>
    </Page>
  )
}
