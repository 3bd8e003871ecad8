// The bid's own task list. Who may bid is told first, before anything is typed.
import { data } from 'react-router'
import type { Route } from './+types/bid'
import { BasisNote } from '../../../design/chip.tsx'
import { Countdown, Facts } from '../../../design/facts.tsx'
import { Go } from '../../../design/go.tsx'
import { Banner, Page, Section, StateBanner } from '../../../design/page.tsx'
import { RefusalText } from '../../../sentences.tsx'
import { useSpeech } from '../../../speech.tsx'
import { notAccepted, wrongField } from '../../../work/act.ts'
import {
  AnotherHost,
  bidWord,
  formFile,
  hostOf,
  NeedsScript,
  readBidding,
  SealingClient,
  SendSealed,
} from '../../../work/bidding.tsx'
import { caseAt } from '../../../work/case-places.ts'
import { inWords, organisationName } from '../../../work/names.ts'
import { errorsOf, Trouble } from '../../../work/trouble.tsx'

export const handle = { scripts: true }

export async function loader(args: Route.LoaderArgs) {
  const { caseId, view, content, device, naru } = await readBidding(args, 'tasks', 'bid')
  const may = view.may.find((each) => each.act === 'submit-bid')
  const { published } = view.tender
  return {
    caseId,
    device,
    title: content.title,
    main: content.language,
    buyer: view.tender.parties.procuringEntity,
    names: view.names,
    conditions: content.conditions,
    deadline: view.tender.rounds.at(-1)?.deadline ?? content.deadline,
    why: may && !may.open ? may.why : null,
    withdrawal: published?.terms.withdrawal ?? null,
    now: naru.now,
    standing: view.ownBid && bidWord(view.ownBid, view.tender),
  }
}

/** A bid that was sealed by the command and is sent as a file. The same file sent again is the same bid. */
export async function action(args: Route.ActionArgs) {
  const { naru, caseId } = await readBidding(args, 'tasks', 'bid')
  const form = await args.request.formData()
  const sealed = await readSealed(form.get('sealed'))
  if (!sealed) return wrongField(form, 'sealed', 'sealedFile')
  const answer = await naru.act(caseId, sealed.act, sealed.body, sealed.key)
  if (!('done' in answer)) return notAccepted(answer, form)
  return data({
    act: sealed.act,
    promise: JSON.stringify((answer.receipt as { promise?: unknown }).promise, null, 2),
  })
}

async function readSealed(
  file: FormDataEntryValue | null,
): Promise<{ act: 'submit-bid' | 'withdraw-bid'; key: string; body: unknown } | null> {
  if (!(file instanceof File) || file.size > 8_000_000) return null
  try {
    const { act, key, body } = JSON.parse(await file.text()) as { act: string; key: string; body: string }
    return (act === 'submit-bid' || act === 'withdraw-bid') && typeof key === 'string'
      ? { act, key, body: JSON.parse(body) as unknown }
      : null
  } catch {
    return null
  }
}

const words = ['todo', 'begun', 'done', 'blocked', 'optional'] as const

export default function Bid({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const failed = actionData && 'why' in actionData ? actionData : undefined
  const { say, language } = speech
  const { caseId, device, title, main, buyer, names, conditions, deadline, why, withdrawal, now, standing } = loaderData
  const tasks = ['prices', ...(device.criteria.length > 0 ? (['answers'] as const) : []), 'files', 'check'] as const
  return (
    <Page
      title={say('work.bid.title')}
      above={`${organisationName(names, buyer, speech)} · ${device.number}`}
      lead={inWords(title, language, main)}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: `/tenders/${caseId}`, text: device.number },
      ]}
      state={
        standing && (
          <StateBanner tone={standing === 'domain.closeStatus.withdrawn' ? 'neutral' : 'success'} word={say(standing)}>
            <p>
              <Go to={caseAt(caseId, 'bid/receipt')}>{say('work.receipt.title')}</Go>
            </p>
          </StateBanner>
        )
      }
      rail={
        <>
          <Countdown until={deadline} now={now} />
          {withdrawal?.value && (
            <Facts
              compact
              facts={[
                {
                  name: say('work.bid.change'),
                  value: say(`domain.withdrawal.${withdrawal.value}`),
                  note: <BasisNote basis={withdrawal.basis} />,
                },
              ]}
            />
          )}
        </>
      }
    >
      <Trouble failed={failed} errors={errorsOf(failed?.why, speech)} />
      {actionData && 'promise' in actionData && (
        <Banner
          tone="success"
          live
          title={say(actionData.act === 'submit-bid' ? 'work.receipt.arrived' : 'work.receipt.withdrawn')}
        >
          <p>{say('work.receipt.promise')}</p>
          <pre>{actionData.promise}</pre>
          <p>
            <Go to={caseAt(caseId, 'bid/receipt')}>{say('work.receipt.title')}</Go>
          </p>
        </Banner>
      )}
      <Section id="who" title={say('work.bid.who')}>
        {why ? (
          <Banner tone="warn" title={say('work.bid.notOpen')}>
            <RefusalText refusal={why} />
          </Banner>
        ) : (
          <p>{say('work.bid.mayBid')}</p>
        )}
        {conditions.length > 0 ? (
          <>
            <p>{say('work.bid.conditions')}</p>
            <ul>
              {conditions.map((each) => (
                <li key={each.id}>
                  {inWords(each.text, language, main)}{' '}
                  <span className="note">{say(`domain.condition.${each.kind}`)}</span>
                </li>
              ))}
            </ul>
          </>
        ) : (
          <p>{say('work.bid.noConditions')}</p>
        )}
      </Section>
      {!why && (
        <>
          <NeedsScript caseId={caseId} number={device.number} />
          <div data-needs-script="" hidden>
            <Section id="tasks" title={say(standing === 'work.bid.stands' ? 'work.bid.replace' : 'work.bid.tasks')}>
              <p className="note">{say('work.bid.device')}</p>
              <ol className="tasks">
                <li>
                  <ul>
                    {tasks.map((task) => (
                      <li
                        key={task}
                        className="task"
                        data-task={task}
                        data-state={task === 'check' ? 'blocked' : 'todo'}
                      >
                        <div>
                          <Go to={caseAt(caseId, `bid/${task}`)}>{say(`work.bid.task.${task}`)}</Go>
                          <div className="note">{say(`work.bid.task.${task}Hint`)}</div>
                        </div>
                        {words.map((word) => (
                          <span key={word} className="task-state" data-word={word} hidden={word !== 'todo'}>
                            {say(`task.${word}`)}
                          </span>
                        ))}
                      </li>
                    ))}
                  </ul>
                </li>
              </ol>
              <details id="elsewhere">
                <summary>{say('work.bid.elsewhere')}</summary>
                <p>{say(hostOf(device) ? 'work.host.hint' : 'work.bid.elsewhereHint')}</p>
                <ol>
                  <li>
                    <a
                      href={`/${language}${caseAt(caseId, 'bid/form?act=submit-bid')}`}
                      download={formFile(device.number, 'submit-bid')}
                      data-form=""
                    >
                      {say('work.seal.form')}
                    </a>
                  </li>
                  <li>
                    <AnotherHost device={device} />
                    {say('work.seal.command')} <code>npx naru seal {formFile(device.number, 'submit-bid')}</code>
                  </li>
                  <li>{say('work.seal.send')}</li>
                </ol>
                <SendSealed caseId={caseId} act="submit-bid" kind="secondary" />
              </details>
              <p>
                <button type="button" className="plain" data-forget="">
                  {say('work.bid.forget')}
                </button>
              </p>
            </Section>
          </div>
          <SealingClient device={device} />
        </>
      )}
    </Page>
  )
}
