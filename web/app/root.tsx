// The document around every page: head, masthead, navigation, foot, and the pages for what goes wrong.
import { use } from 'react'
import {
  data,
  isRouteErrorResponse,
  Links,
  Meta,
  Outlet,
  Scripts,
  ScrollRestoration,
  type ShouldRevalidateFunctionArgs,
  useLocation,
  useMatches,
  useRouteLoaderData,
} from 'react-router'
import { internationalForm } from '../format.ts'
import { isLanguage, type Language, languages } from '../words/say.ts'
import type { Route } from './+types/root'
import { type CountrySettings, naruContext } from './context.ts'
import { Shell } from './design/shell.tsx'
import style from './design/style.css?url'
import hangul from 'pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css?url'
import { Nonce } from './nonce.tsx'
import { FaultPage } from './pages/fault.tsx'
import { SpeechProvider } from './speech.tsx'

/** What every page knows: the country, the reader and the server's time. */
export async function loader({ context }: Route.LoaderArgs) {
  const naru = context.get(naruContext)
  if (!naru) throw data(null, { status: 503 })
  const { country, now, visitor } = naru
  // One key per rendered page: whatever form on it is sent twice is one act.
  return { country, now, visitor, formKey: crypto.randomUUID() }
}

/** A page shown by the browser keeps the country and reader it began with, but forms sent need a fresh key and clock. */
export const shouldRevalidate = ({ defaultShouldRevalidate }: ShouldRevalidateFunctionArgs) => defaultShouldRevalidate

export const links: Route.LinksFunction = () => [
  { rel: 'stylesheet', href: style },
  { rel: 'icon', href: '/assets/mark.svg', type: 'image/svg+xml' },
]

/** Known even when the server knows nothing: enough for an error page. */
const countryUnknown: CountrySettings = {
  code: 'none',
  languages,
  zone: 'UTC',
  form: internationalForm,
  currency: 'XXX',
  mode: 'live',
  kinds: {},
}

export function Layout({ children }: { children: React.ReactNode }) {
  const known = useRouteLoaderData<typeof loader>('root')
  const country = known?.country ?? countryUnknown
  const { pathname, search } = useLocation()
  const nonce = use(Nonce)
  const first = pathname.split('/')[1]
  const language: Language = isLanguage(first) ? first : (country.languages[0] ?? 'en')
  const interactive = useMatches().some(
    (match) => (match.handle as { hydrate?: boolean } | undefined)?.hydrate === true,
  )
  const rest = isLanguage(first) ? pathname.slice(first.length + 1) : ''

  return (
    <html lang={language} dir="ltr" data-country={country.code} data-mode={country.mode}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {nonce && interactive && <meta property="csp-nonce" nonce={nonce} />}
        {known &&
          country.languages.map((each) => (
            <link key={each} rel="alternate" hrefLang={each} href={`/${each}${rest}${search}`} />
          ))}
        <Meta />
        <Links />
        {(language === 'ko' || country.languages[0] === 'ko') && <link rel="stylesheet" href={hangul} />}
      </head>
      <body>
        <SpeechProvider language={language} country={country}>
          <Shell country={country} visitor={known?.visitor} now={known?.now} address={`${rest}${search}`}>
            {children}
          </Shell>
        </SpeechProvider>
        {interactive && <ScrollRestoration nonce={nonce} />}
        {interactive && <Scripts nonce={nonce} />}
      </body>
    </html>
  )
}

export default function Root() {
  return <Outlet />
}

/** Errors thrown by loaders and actions: `data(refusal, 403)`, `data(null, 404)`; anything else is a fault. */
export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  if (isRouteErrorResponse(error)) return <FaultPage status={error.status} refusal={error.data} />
  return <FaultPage status={500} />
}
