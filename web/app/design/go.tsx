// Links inside the site: written without the language, shown in the reader's.
import type { ComponentProps } from 'react'
import { Link } from 'react-router'
import { useSpeech } from '../speech.tsx'

/** `to="/tenders/…"`; the page is fetched whole unless `stay` is set (between pages of one workspace). */
export function Go({
  to,
  stay = false,
  ...rest
}: { to: string; stay?: boolean } & Omit<ComponentProps<typeof Link>, 'to'>) {
  const { language } = useSpeech()
  return <Link to={`/${language}${to === '/' ? '' : to}`} reloadDocument={!stay} {...rest} />
}
