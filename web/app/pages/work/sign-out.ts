// Ends the session and goes to the home page.
import { redirect } from 'react-router'
import type { Route } from './+types/sign-out'
import { naruOf } from '../../work/signed-in.ts'

export const loader = ({ context }: Route.LoaderArgs) => redirect(`/${naruOf(context).language}`)

export async function action({ context }: Route.ActionArgs) {
  const { read, language } = naruOf(context)
  const cookie = await read.signOut()
  return redirect(`/${language}`, { headers: { 'Set-Cookie': cookie } })
}
