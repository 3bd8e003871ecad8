// Shows an error page on the adapter's request, for what fails before a page is reached (a body too large, the database away).
import { data } from 'react-router'
import type { Route } from './+types/error-page'

const known = [400, 403, 404, 413, 429, 500, 503]

export function loader({ params }: Route.LoaderArgs): never {
  const status = Number(params.status)
  throw data(null, { status: known.includes(status) ? status : 404 })
}

/** Never shown: the loader always throws to the error page. */
export default function ErrorPage() {
  return null
}
