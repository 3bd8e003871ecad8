// `/language/ru?to=/tenders?q=…`: keeps the chosen language in a cookie and shows the same page and query in it.
import { data, redirect } from 'react-router'
import type { Route } from './+types/keep-language'
import { naruContext } from '../context.ts'
import { isLanguage } from '../../words/say.ts'

export function loader({ params, url, context }: Route.LoaderArgs) {
  const { language } = params
  const offered = context.get(naruContext)?.country.languages
  if (!isLanguage(language) || !offered?.includes(language)) throw data(null, { status: 404 })
  const to = url.searchParams.get('to') ?? ''
  // The language stands before it, so `to` can never leave this site.
  const rest = /^[/?]/.test(to) ? to : ''
  return redirect(`/${language}${rest}`, {
    headers: {
      'Set-Cookie': `language=${language}; Path=/; Max-Age=31536000; SameSite=Lax`,
      'Cache-Control': 'no-store',
    },
  })
}
