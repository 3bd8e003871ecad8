// Where each fact of a case stands in the public log, and where its data is for programs.
import { ProofChip } from '../../../design/chip.tsx'
import { Go } from '../../../design/go.tsx'
import { Section } from '../../../design/page.tsx'
import { Table } from '../../../design/table.tsx'
import { useSpeech } from '../../../speech.tsx'
import type { Speech } from '../../../../speech.ts'
import type { TenderPage } from './case-page.ts'

/** Facts of one kind that follow one another. */
export interface Run<Fact> {
  readonly first: Fact
  readonly last: Fact
  readonly count: number
}

/** Puts facts of one kind that follow one another together: a dozen deposited keys tell a reader no more than the first and the last. */
export function inRuns<Fact extends { readonly type: string }>(
  facts: readonly Fact[],
  alike: (a: Fact, b: Fact) => boolean = (a, b) => a.type === b.type,
): readonly Run<Fact>[] {
  const runs: Run<Fact>[] = []
  for (const fact of facts) {
    const run = runs.at(-1)
    if (run && alike(run.first, fact)) runs[runs.length - 1] = { ...run, last: fact, count: run.count + 1 }
    else runs.push({ first: fact, last: fact, count: 1 })
  }
  return runs
}

/** What happened, and how many times in a row. */
export function factWords({ first, count }: Run<{ readonly type: string }>, { say, has }: Speech): string {
  const words = has(`domain.fact.${first.type}`) ? say(`domain.fact.${first.type}`) : first.type
  return count > 1 ? `${words.replace(/\.$/, '')} × ${count}` : words
}

/** Every public fact with its number and fingerprint, and the links to feed and OCDS. */
export function Proof({ page }: { page: TenderPage }) {
  const speech = useSpeech()
  const { say, recordTime } = speech
  const { view } = page
  const { ocid } = view.tender
  return (
    <Section id="proof" title={say('public.proof.title')}>
      <p>{say('public.proof.meaning')}</p>
      <Table
        caption={say('public.proof.facts')}
        rows={inRuns(view.log.facts)}
        rowKey={({ first }) => `${first.stream}#${first.seq}`}
        columns={[
          {
            key: 'what',
            head: say('public.proof.what'),
            names: true,
            cell: (run) => factWords(run, speech),
          },
          {
            key: 'when',
            head: say('public.proof.when'),
            kind: 'date',
            cell: ({ first }) => <time dateTime={first.at}>{recordTime(first.at)}</time>,
          },
          {
            key: 'entry',
            head: say('public.proof.entry'),
            cell: ({ first, last }) => (
              <>
                <ProofChip index={first.index ?? undefined} />
                {last !== first && (
                  <>
                    {' – '}
                    <ProofChip index={last.index ?? undefined} short />
                  </>
                )}
              </>
            ),
          },
          {
            key: 'hash',
            head: say('public.proof.hash'),
            cell: ({ first, count }) =>
              count === 1 ? (
                <code className="hash">{first.hash}</code>
              ) : (
                <span className="quiet">{say('public.proof.each')}</span>
              ),
          },
        ]}
      />
      <p>{say('public.proof.offline')}</p>
      <ul className="links no-print">
        <li>
          <a href={`/api/cases/${view.caseId}/bundle.zip`}>{say('public.proof.bundle')}</a>
        </li>
        <li>
          <a href="/naru-verify.html">{say('public.proof.checker')}</a>
        </li>
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
