// Everything below `/ky`, `/ru`, `/en`, `/ko`. An address without a language is sent to the same page in the reader's.
import { data, Outlet, redirect } from 'react-router'
import type { Route } from './+types/in-language'
import { naruContext } from '../context.ts'
import { preferredLanguage } from '../preferred-language.ts'
import { isLanguage } from '../../words/say.ts'

export function loader({ params, request, url, context }: Route.LoaderArgs) {
  const offered = context.get(naruContext)?.country.languages ?? []
  if (isLanguage(params.language)) {
    if (!offered.includes(params.language)) throw data(null, { status: 404 })
    return null
  }
  if (request.method !== 'GET' || offered.length === 0) throw data(null, { status: 404 })
  const language = preferredLanguage(request.headers, offered)
  throw redirect(`/${language}${url.pathname}${url.search}`, { headers: { Vary: 'Accept-Language, Cookie' } })
}

export default function InLanguage() {
  return <Outlet />
}
