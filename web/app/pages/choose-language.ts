// `/`: sends the reader to the home page in the language chosen before, asked for by the browser, or usual in the country.
import { redirect } from 'react-router'
import type { Route } from './+types/choose-language'
import { naruContext } from '../context.ts'
import { preferredLanguage } from '../preferred-language.ts'

export function loader({ request, context }: Route.LoaderArgs) {
  const offered = context.get(naruContext)?.country.languages ?? ['en' as const]
  return redirect(`/${preferredLanguage(request.headers, offered)}`, { headers: { Vary: 'Accept-Language, Cookie' } })
}
