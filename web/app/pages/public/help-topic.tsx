// One walk of the help: steps in their order, each with what happens, who acts next, and where to go.
import type { Route } from './+types/help-topic'
import { Go } from '../../design/go.tsx'
import { Banner, Page } from '../../design/page.tsx'
import { useSpeech } from '../../speech.tsx'
import type { MessageKey } from '../../../speech.ts'
import { helpTopics } from './help-topics.ts'
import { found, keptUntilChanged, loaderHeaders, naruOf } from './reading.ts'

export function loader({ params, context }: Route.LoaderArgs) {
  const naru = naruOf(context)
  const topic = found(helpTopics.find((each) => each.name === params.topic))
  return keptUntilChanged(naru, { topic, sandbox: naru.country.mode === 'sandbox' }, 'help', topic.name)
}

export const headers = loaderHeaders

export default function HelpTopic({ loaderData }: Route.ComponentProps) {
  const { say } = useSpeech()
  const { topic, sandbox } = loaderData
  return (
    <Page
      title={say(`public.help.${topic.name}.title`)}
      lead={say(`public.help.${topic.name}.lead`)}
      trail={[{ to: '/help', text: say('place.help') }]}
    >
      {sandbox && topic.name !== 'check' && (
        <Banner tone="info" title={say('public.help.sandbox')}>
          <p>
            {say('public.help.sandboxMeaning')} <Go to="/sign-in">{say('site.signIn')}</Go>
          </p>
        </Banner>
      )}
      <ol className="governed">
        {topic.steps.map((step: { readonly to?: string; readonly file?: string }, at) => {
          const key = `public.help.${topic.name}.${at + 1}` as const
          return (
            <li key={key}>
              <h2>{say(key as MessageKey)}</h2>
              <p>{say(`${key}Meaning` as MessageKey)}</p>
              {step.to && (
                <p>
                  <Go to={step.to}>{say(`${key}Go` as MessageKey)}</Go>
                </p>
              )}
              {step.file && (
                <p>
                  <a href={step.file}>{say(`${key}Go` as MessageKey)}</a>
                </p>
              )}
            </li>
          )
        })}
      </ol>
    </Page>
  )
}
