// Where each fact of a case stands in the public log, and where its data is for programs.
import { ProofChip } from '../../../design/chip.tsx'
import { Go } from '../../../design/go.tsx'
import { Section } from '../../../design/page.tsx'
import { Table } from '../../../design/table.tsx'
import { useSpeech } from '../../../speech.tsx'
import type { TenderPage } from './case-page.ts'

/** Every public fact with its number and fingerprint, and the links to feed and OCDS. */
export function Proof({ page }: { page: TenderPage }) {
  const { say, recordTime, has } = useSpeech()
  const { view } = page
  const { ocid } = view.tender
  return (
    <Section id="proof" title={say('public.proof.title')}>
      <p>{say('public.proof.meaning')}</p>
      <Table
        caption={say('public.proof.facts')}
        rows={view.log.facts}
        rowKey={(fact) => `${fact.stream}#${fact.seq}`}
        columns={[
          {
            key: 'what',
            head: say('public.proof.what'),
            names: true,
            cell: (fact) => (has(`domain.fact.${fact.type}`) ? say(`domain.fact.${fact.type}`) : fact.type),
          },
          {
            key: 'when',
            head: say('public.proof.when'),
            kind: 'date',
            cell: (fact) => <time dateTime={fact.at}>{recordTime(fact.at)}</time>,
          },
          {
            key: 'entry',
            head: say('public.proof.entry'),
            cell: (fact) => <ProofChip index={fact.index ?? undefined} />,
          },
          { key: 'hash', head: say('public.proof.hash'), cell: (fact) => <code className="hash">{fact.hash}</code> },
        ]}
      />
      <ul className="links no-print">
        <li>
          <Go to={`/tenders/${view.caseId}/history`}>{say('public.timeline.history')}</Go>
        </li>
        <li>
          <a href={`/api/feed?case=${view.caseId}`}>{say('public.proof.feed')}</a>
        </li>
        <li>
          <a href={`/api/ocds/records/${ocid}`}>{say('public.proof.record')}</a>
        </li>
        <li>
          <a href={`/api/ocds/releases/${ocid}`}>{say('public.proof.releases')}</a>
        </li>
        <li>
          <a href={`/api/cases/${view.caseId}`}>{say('public.proof.case')}</a>
        </li>
        <li>
          <Go to="/help/check">{say('public.proof.how')}</Go>
        </li>
      </ul>
    </Section>
  )
}
