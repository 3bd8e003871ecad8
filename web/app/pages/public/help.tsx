// Help: three walks, and the words that the portal uses.
import type { Route } from './+types/help'
import { Facts } from '../../design/facts.tsx'
import { Go } from '../../design/go.tsx'
import { Page, Section } from '../../design/page.tsx'
import { useSpeech } from '../../speech.tsx'
import { keptUntilChanged, loaderHeaders, naruOf } from './reading.ts'
import { helpTopics } from './help-topics.ts'

export function loader({ context }: Route.LoaderArgs) {
  return keptUntilChanged(naruOf(context), null, 'help')
}

export const headers = loaderHeaders

const stages = ['published', 'closed', 'opened', 'ranked', 'awarded', 'failed', 'cancelled'] as const
const terms = ['seal', 'holders', 'opening', 'standstill', 'log', 'ocid'] as const

export default function Help() {
  const { say } = useSpeech()
  return (
    <Page title={say('place.help')} lead={say('public.help.lead')}>
      <ul className="doors">
        {helpTopics.map((topic) => (
          <li key={topic.name}>
            <h2>
              <Go to={`/help/${topic.name}`}>{say(`public.help.${topic.name}.title`)}</Go>
            </h2>
            <p>{say(`public.help.${topic.name}.lead`)}</p>
          </li>
        ))}
      </ul>
      <Section id="states" title={say('public.help.states')}>
        <Facts
          facts={stages.map((stage) => ({
            name: say(`domain.stage.${stage}`),
            value: say(`domain.stage.${stage}.meaning`),
          }))}
        />
      </Section>
      <Section id="words" title={say('public.help.words')}>
        <Facts
          facts={terms.map((term) => ({ name: say(`public.term.${term}`), value: say(`public.term.${term}Meaning`) }))}
        />
      </Section>
    </Page>
  )
}
