// Every component with plausible content, to look at in each language, width and mode; absent in live mode.
import { data } from 'react-router'
import type { Route } from './+types/gallery'
import { naruContext } from '../context.ts'
import { BasisNote, ProofChip, StatusChip } from '../design/chip.tsx'
import { Differences } from '../design/difference.tsx'
import { Countdown, Facts, Steps, TaskList, Timeline } from '../design/facts.tsx'
import {
  ActForm,
  Button,
  ButtonLink,
  Buttons,
  ChoiceField,
  ErrorSummary,
  FileField,
  MoneyField,
  MomentField,
  SelectField,
  TextAreaField,
  TextField,
} from '../design/form.tsx'
import { Banner, Confirmation, Empty, Page, PrintFoot, Section, StateBanner } from '../design/page.tsx'
import { FiltersOn, Pagination, Table } from '../design/table.tsx'
import { useSpeech } from '../speech.tsx'
import { type GalleryKey, galleryWords } from './gallery-words.ts'

export function loader({ context }: Route.LoaderArgs) {
  const naru = context.get(naruContext)
  if (!naru || naru.country.mode === 'live') throw data(null, { status: 404 })
  return { currency: naru.country.currency }
}

const now = '2026-03-01T06:12:40Z'
const deadline = '2026-03-04T05:00:00Z'

export default function Gallery({ loaderData }: Route.ComponentProps) {
  const { say, language, moment, money, amount, currency, number, size } = useSpeech()
  const word = (name: GalleryKey) => galleryWords[language][name]
  const sum = (amountText: string) => ({ amount: amountText, currency: loaderData.currency })
  const errors = [
    { field: 'price', text: word('priceWrong') },
    { field: 'until', text: word('untilWrong') },
  ]
  const bids = [
    { name: word('firmA'), price: sum('114980000'), at: 1, reason: word('reasonA') },
    { name: word('firmB'), price: sum('119750050'), at: 2, reason: word('reasonB') },
    { name: word('firmC'), price: sum('98700000'), at: undefined, reason: word('reasonC') },
  ]
  return (
    <Page
      wrong
      title={word('title')}
      above={`${word('buyer')} · 26030100007`}
      lead={word('lead')}
      trail={[{ to: '/tenders', text: say('place.tenders') }]}
      rail={
        <>
          <Countdown until={deadline} now={now} />
          <Facts
            compact
            facts={[
              { name: word('expected'), value: money(sum('120000000')) },
              { name: word('method'), value: word('methodName'), note: <BasisNote basis={{ law: word('article') }} /> },
              { name: word('delivery'), value: word('deliveryValue') },
            ]}
          />
          <ButtonLink to="/_gallery">{word('prepareBid')}</ButtonLink>
        </>
      }
      state={
        <StateBanner tone="success" word={word('stateOpen')}>
          <p>{word('stateOpenMeaning')}</p>
        </StateBanner>
      }
    >
      <Banner tone="warn" title={word('assumedTitle')}>
        <p>{word('assumedText')}</p>
      </Banner>
      <Banner tone="danger" title={word('refusedTitle')}>
        <p>{word('refusedText')}</p>
      </Banner>
      <p className="chips">
        <StatusChip tone="neutral" word={word('chipPlanned')} meaning={word('stateOpenMeaning')} />{' '}
        <StatusChip tone="info" word={word('chipOpen')} /> <StatusChip tone="warn" word={word('chipEvaluated')} />{' '}
        <StatusChip tone="success" word={word('chipContract')} />{' '}
        <StatusChip tone="danger" word={word('chipCancelled')} /> <ProofChip index={48213} />{' '}
        <ProofChip index={undefined} /> <BasisNote basis={{ assumed: word('assumedText'), from: 'design' }} />
      </p>

      <Section id="facts" title={word('answers')}>
        <Facts
          facts={[
            { name: word('subject'), value: word('title'), change: '/_gallery' },
            { name: word('expected'), value: money(sum('120000000')), note: word('planLine'), change: '/_gallery' },
            { name: word('deadline'), value: moment(deadline), note: word('deadlineNote'), change: '/_gallery' },
          ]}
        />
      </Section>

      <Section id="tasks" title={word('tasks')}>
        <Steps steps={[word('step1'), word('step2'), word('step3'), word('step4')]} current={1} />
        <TaskList
          groups={[
            {
              title: word('group1'),
              tasks: [
                { name: word('task1'), state: 'done', to: '/_gallery' },
                { name: word('task2'), state: 'begun', to: '/_gallery', hint: word('task2hint') },
                { name: word('task3'), state: 'todo', to: '/_gallery' },
              ],
            },
            { title: word('group2'), tasks: [{ name: word('task4'), state: 'blocked', hint: word('task4hint') }] },
          ]}
        />
      </Section>

      <Section id="timeline" title={word('timeline')}>
        <Timeline
          now={now}
          moments={[
            {
              id: '1',
              what: word('moment1'),
              when: '2026-02-16T03:00:00Z',
              state: 'past',
              who: word('person1'),
              index: 48011,
            },
            {
              id: '2',
              what: word('moment2'),
              when: '2026-02-20T09:41:00Z',
              state: 'past',
              who: word('person2'),
              index: 48213,
              note: word('moment2note'),
            },
            { id: '3', what: word('moment3'), when: deadline, state: 'future', basis: { law: word('article') } },
            {
              id: '4',
              what: word('moment4'),
              when: deadline,
              state: 'future',
              basis: { assumed: word('assumedText'), from: 'design' },
            },
            { id: '5', what: word('moment5'), whenWords: word('moment5when'), state: 'future' },
          ]}
        />
      </Section>

      <Section id="ranking" title={word('ranking')} aside={<a href="/_gallery.csv">CSV</a>}>
        <Table
          caption={word('ranking')}
          rows={bids}
          rowKey={(bid) => bid.name}
          marked={(bid) => bid.at === 1}
          columns={[
            { key: 'at', head: word('place'), kind: 'number', cell: (bid) => (bid.at ? number(bid.at) : '—') },
            { key: 'name', head: word('supplier'), names: true, cell: (bid) => bid.name },
            {
              key: 'price',
              head: word('price'),
              unit: currency(loaderData.currency),
              kind: 'money',
              cell: (bid) => amount(bid.price),
            },
            { key: 'reason', head: word('reason'), cell: (bid) => bid.reason },
          ]}
        />
        <FiltersOn
          clear="/_gallery"
          filters={[
            { key: 'a', words: word('filter1'), without: '/_gallery?b' },
            { key: 'b', words: word('filter2'), without: '/_gallery?a' },
          ]}
        />
        <Pagination page={4} pages={1204} address={(page) => `/_gallery?page=${page}`} />
        <Empty title={word('emptyTitle')}>
          <p>{word('emptyText')}</p>
        </Empty>
      </Section>

      <Section id="changes" title={word('changes')}>
        <Differences
          changes={[
            { name: word('deadline'), before: moment('2026-03-02T05:00:00Z'), after: moment(deadline) },
            { name: word('delivery'), before: word('deliveryBefore'), after: word('deliveryValue') },
          ]}
        />
      </Section>

      <Section id="form" title={word('form')}>
        <ErrorSummary errors={errors} />
        <ActForm act="example">
          <TextField name="name" label={word('subject')} hint={word('subjectHint')} defaultValue={word('title')} />
          <MoneyField
            name="price"
            label={word('price')}
            currency={loaderData.currency}
            defaultValue="12o 000"
            errors={errors}
          />
          <MomentField
            name="until"
            label={word('deadline')}
            hint={word('deadlineNote')}
            zone="UTC+06:00"
            example={deadline}
            errors={errors}
          />
          <ChoiceField
            name="subjectKind"
            label={word('kind')}
            chosen={['goods']}
            choices={[
              { value: 'goods', text: word('goods'), hint: word('goodsHint') },
              { value: 'works', text: word('works') },
              { value: 'services', text: word('services') },
            ]}
          />
          <ChoiceField
            name="agree"
            kind="checkbox"
            label={word('declaration')}
            choices={[{ value: 'yes', text: word('declare') }]}
          />
          <SelectField
            name="unit"
            label={word('unit')}
            choices={[
              { value: 'piece', text: word('piece') },
              { value: 'kg', text: word('kilogram') },
            ]}
          />
          <TextAreaField name="question" label={word('question')} optional />
          <FileField
            name="file"
            label={word('file')}
            hint={word('fileHint').replace('{size}', size(50_000_000))}
            optional
          />
          <Buttons>
            <Button>{word('save')}</Button>
            <Button kind="secondary">{word('later')}</Button>
            <Button kind="danger">{word('withdraw')}</Button>
          </Buttons>
        </ActForm>
      </Section>

      <Section id="done" title={word('done')}>
        <Confirmation title={word('doneTitle')} referenceName={word('receipt')} reference="NR-26030100007-3F9A">
          <p>{word('doneNext')}</p>
        </Confirmation>
      </Section>
      <PrintFoot
        caseNumber="26030100007"
        address="https://naru.example/ky/tenders/26030100007"
        index={48213}
        now={now}
      />
    </Page>
  )
}
