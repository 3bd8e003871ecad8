// The frame of the workspaces: for signed-in people only, with at most seven places on the left.
import { Outlet, useLocation } from 'react-router'
import type { Route } from './+types/workspace'
import type { Key } from '../../../words/keys.ts'
import { Go } from '../../design/go.tsx'
import { useSpeech } from '../../speech.tsx'
import { signedIn } from '../../work/signed-in.ts'
import style from '../../work/work.css?url'

export const links: Route.LinksFunction = () => [{ rel: 'stylesheet', href: style }]

/** Pages of the workspace may load small scripts of this site. */
export const handle = { scripts: true }

export function loader({ context, url }: Route.LoaderArgs) {
  const { visitor, country } = signedIn(context, url)
  return { roles: visitor.roles, sandbox: country.mode === 'sandbox' }
}

const places: readonly { to: string; words: Key; roles: readonly string[] | 'all' }[] = [
  { to: '/desk', words: 'work.nav.desk', roles: 'all' },
  {
    to: '/work/plans',
    words: 'work.nav.plans',
    roles: ['planner', 'plan-approver', 'author', 'approver', 'finance-officer'],
  },
  { to: '/work/tenders/new', words: 'work.nav.start', roles: ['author'] },
  { to: '/tenders?status=open', words: 'work.nav.find', roles: ['bidder'] },
  { to: '/work/organisation', words: 'work.nav.organisation', roles: 'all' },
  { to: '/work/account', words: 'work.nav.account', roles: 'all' },
]

export default function Workspace({ loaderData }: Route.ComponentProps) {
  const { say } = useSpeech()
  const { pathname } = useLocation()
  const { roles, sandbox } = loaderData
  const open = places.filter((place) => place.roles === 'all' || place.roles.some((role) => roles.includes(role)))
  const all = sandbox ? [...open, { to: '/sandbox/walk', words: 'work.nav.walk' as const }] : open
  return (
    <div className="workspace">
      <nav className="work-nav" aria-label={say('work.nav')}>
        <ul>
          {all.map(({ to, words }) => (
            <li key={to}>
              <Go to={to} aria-current={pathname.slice(3) === to ? 'page' : undefined}>
                {say(words)}
              </Go>
            </li>
          ))}
        </ul>
      </nav>
      <Outlet />
    </div>
  )
}
