// What surrounds every page: who runs this site, whether it is real, where one can go, and in which language.
import type { ReactNode } from 'react'
import type { Language } from '../../words/say.ts'
import { useSpeech } from '../speech.tsx'
import type { CountrySettings, Visitor } from '../context.ts'
import { deskOf, publicPlaces } from '../places.ts'
import { Go } from './go.tsx'
import { Mark } from './mark.tsx'

export function Shell(props: {
  country: CountrySettings
  visitor: Visitor | undefined
  now: string | undefined
  /** Address of this page without the language, with its query. */
  address: string
  children: ReactNode
}) {
  const { country, visitor, now, address } = props
  const { say, has, language } = useSpeech()
  const countryName = has('pack.country.name') ? say('pack.country.name') : say('site.noCountry')
  const path = address.split('?')[0] ?? ''
  return (
    <>
      <a className="skip" href="#main">
        {say('site.skip')}
      </a>
      <section className="masthead" aria-label={say('site.about')}>
        <div className="inner">
          {country.mode === 'sandbox' ? (
            <p>
              <strong className="sandbox">{say('site.sandbox')}</strong> {say('site.sandboxMeaning')}
            </p>
          ) : (
            // Only a deployment that knows its country may call itself official.
            <p>{has('pack.country.name') && say('site.official', { country: countryName })}</p>
          )}
          {now && <SandboxClock mode={country.mode} now={now} address={address} />}
        </div>
      </section>
      <header className="site-head">
        <div className="inner">
          <Go to="/" className="wordmark">
            <Mark />
            <span>
              <strong>{say('site.name')}</strong>
              <span className="tagline">{say('site.tagline', { country: countryName })}</span>
            </span>
          </Go>
          <nav className="languages" aria-label={say('site.language')}>
            <ul>
              {country.languages.map((each) => (
                <li key={each}>
                  <LanguageLink to={each} address={address} />
                </li>
              ))}
            </ul>
          </nav>
          <div className="visitor">
            {visitor ? (
              <>
                <Go to={deskOf(visitor)} className="visitor-name">
                  <span>{visitor.name}</span>
                  <span className="note">{visitor.organisationName}</span>
                </Go>
                <form method="post" action={`/${language}/sign-out`}>
                  <button type="submit" className="plain">
                    {say('site.signOut')}
                  </button>
                </form>
              </>
            ) : (
              <Go to="/sign-in" className="button" data-kind="secondary" data-small="">
                {say('site.signIn')}
              </Go>
            )}
          </div>
        </div>
        <nav className="places" aria-label={say('site.places')}>
          <ul className="inner">
            {publicPlaces.map((place) => (
              <li key={place.to}>
                <Go
                  to={place.to}
                  aria-current={path === place.to || path.startsWith(`${place.to}/`) ? 'page' : undefined}
                >
                  {say(place.words)}
                </Go>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      {props.children}
      <footer className="site-foot">
        <div className="inner">
          <p>{say('site.open')}</p>
          <ul>
            <li>
              <a href="/api/reference">{say('site.api')}</a>
            </li>
            <li>
              <Go to="/status">{say('site.status')}</Go>
            </li>
            <li>
              <Go to="/accessibility">{say('site.accessibility')}</Go>
            </li>
            <li>
              <Go to="/help">{say('place.help')}</Go>
            </li>
          </ul>
        </div>
      </footer>
    </>
  )
}

/** The sandbox has a clock that anyone may move; it stands on every page, so that nobody takes it for the real one. */
function SandboxClock({ mode, now, address }: { mode: string; now: string; address: string }) {
  const { say, moment } = useSpeech()
  if (mode !== 'sandbox') return null
  return (
    <p className="clock">
      {say('site.clock')} <time dateTime={now}>{moment(now)}</time>{' '}
      <Go to={`/sandbox/clock?back=${encodeURIComponent(address)}`}>{say('site.moveClock')}</Go>
    </p>
  )
}

/** Languages name themselves. */
const ownNames: Readonly<Record<Language, string>> = { ky: 'Кыргызча', ru: 'Русский', en: 'English', ko: '한국어' }

function LanguageLink({ to, address }: { to: Language; address: string }) {
  const { language } = useSpeech()
  if (to === language)
    return (
      <span aria-current="true" lang={to}>
        {ownNames[to]}
      </span>
    )
  return (
    <a href={`/language/${to}?to=${encodeURIComponent(address)}`} lang={to} hrefLang={to} rel="nofollow">
      {ownNames[to]}
    </a>
  )
}
