// The accessibility statement: what is promised, how it was checked, and the gaps that are known.
import type { Route } from './+types/accessibility'
import { Page, Section } from '../../design/page.tsx'
import { useSpeech } from '../../speech.tsx'
import { keptUntilChanged, loaderHeaders, naruOf } from './reading.ts'

export function loader({ context }: Route.LoaderArgs) {
  return keptUntilChanged(naruOf(context), null, 'accessibility')
}

export const headers = loaderHeaders

const promised = ['keyboard', 'script', 'zoom', 'colour', 'language', 'print'] as const
const gaps = ['reader', 'signs', 'uploads', 'kyrgyz', 'table'] as const

export default function Accessibility() {
  const { say } = useSpeech()
  return (
    <Page title={say('site.accessibility')} lead={say('public.accessible.lead')}>
      <Section id="promised" title={say('public.accessible.promised')}>
        <ul className="prose-list">
          {promised.map((each) => (
            <li key={each}>{say(`public.accessible.${each}`)}</li>
          ))}
        </ul>
      </Section>
      <Section id="checked" title={say('public.accessible.checked')}>
        <p>{say('public.accessible.checkedMeaning')}</p>
      </Section>
      <Section id="gaps" title={say('public.accessible.gaps')}>
        <ul className="prose-list">
          {gaps.map((each) => (
            <li key={each}>{say(`public.accessible.gap.${each}`)}</li>
          ))}
        </ul>
      </Section>
      <Section id="tell" title={say('public.accessible.tell')}>
        <p>{say('public.accessible.tellMeaning')}</p>
      </Section>
    </Page>
  )
}
