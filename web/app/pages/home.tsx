// The public home page.
import { Page } from '../design/page.tsx'
import { useSpeech } from '../speech.tsx'

export default function Home() {
  const { say } = useSpeech()
  return (
    <Page title={say('home.title')} lead={say('home.lead')}>
      {null}
    </Page>
  )
}
