// The public home page: search, what closes today, three ways in, and one number that leads to its data.
import type { Route } from './+types/home'
import { Button, ButtonLink, Buttons, TextField } from '../../design/form.tsx'
import { Go } from '../../design/go.tsx'
import { Banner, Empty, Page, Section } from '../../design/page.tsx'
import { useSpeech } from '../../speech.tsx'
import { keptUntilChanged, loaderHeaders, naruOf } from './reading.ts'
import { TenderList } from './tender-list.tsx'

export async function loader({ context }: Route.LoaderArgs) {
  const naru = naruOf(context)
  const { readHome, readNames, published } = naru.read
  const [home, log, sources] = await Promise.all([readHome(), published.readLog(null), published.readSources()])
  const names = await readNames([home.closingToday.rows, home.recent.rows].flat().map((row) => row.buyerId))
  return keptUntilChanged(
    naru,
    { home, names, sources, now: naru.now, sandbox: naru.country.mode === 'sandbox' },
    'home',
    log.head.size,
    naru.now.slice(0, 13),
  )
}

export const headers = loaderHeaders

export default function Home({ loaderData }: Route.ComponentProps) {
  const { say, number, language } = useSpeech()
  const { home, names, sources, now, sandbox } = loaderData
  return (
    <Page title={say('home.title')} lead={say('home.lead')}>
      <form method="get" action={`/${language}/tenders`} className="search" role="search">
        <TextField
          name="q"
          label={say('public.search.words')}
          hint={say('public.search.hint')}
          type="search"
          maxLength={200}
          required={false}
        />
        <Button>{say('public.search.find')}</Button>
      </form>
      <p className="figure">
        <Go to="/tenders?status=open">
          <strong>{number(home.open)}</strong>
          {/* Korean joins the counter to the number. */}
          {language === 'ko' ? '' : ' '}
          {say('public.home.open', { n: home.open })}
        </Go>
      </p>

      <ul className="doors">
        {(['sell', 'buy', 'check'] as const).map((door) => (
          <li key={door}>
            <h2>
              <Go to={{ sell: '/help/bid', buy: '/help/buy', check: '/help/check' }[door]}>
                {say(`public.home.${door}`)}
              </Go>
            </h2>
            <p>{say(`public.home.${door}Meaning`)}</p>
          </li>
        ))}
      </ul>

      <Section
        id="today"
        title={say('public.home.today')}
        aside={<Go to="/tenders?status=open&sort=deadline">{say('public.home.allByDeadline')}</Go>}
      >
        <TenderList
          rows={home.closingToday.rows}
          names={names}
          sources={sources}
          now={now}
          caption={say('public.home.today')}
          empty={<Empty title={say('public.home.nothingToday')} />}
        />
      </Section>

      <Section id="recent" title={say('public.home.recent')} aside={<Go to="/tenders">{say('public.home.all')}</Go>}>
        <TenderList
          rows={home.recent.rows}
          names={names}
          sources={sources}
          now={now}
          caption={say('public.home.recent')}
          empty={<Empty title={say('public.home.nothing')} />}
        />
      </Section>

      {sandbox && (
        <Banner tone="warn" title={say('public.home.sandbox')}>
          <p>{say('public.home.sandboxMeaning')}</p>
          <Buttons>
            <ButtonLink to="/sandbox/walk" kind="secondary">
              {say('public.home.walk')}
            </ButtonLink>
            <ButtonLink to="/sign-in" kind="secondary">
              {say('site.signIn')}
            </ButtonLink>
          </Buttons>
        </Banner>
      )}
    </Page>
  )
}
