// Any address that has no page.
import { data } from 'react-router'

export function loader(): never {
  throw data(null, { status: 404 })
}

/** Never shown: the loader always throws to the error page. */
export default function NothingHere() {
  return null
}
