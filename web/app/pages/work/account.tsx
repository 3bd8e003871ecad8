// A person's own account: the passkeys with their last use, and the sessions that are open.
import { data, redirect } from 'react-router'
import type { Route } from './+types/account'
import { Button, Buttons, TextField } from '../../design/form.tsx'
import { Banner, Empty, Page, Section } from '../../design/page.tsx'
import { Table } from '../../design/table.tsx'
import { Go } from '../../design/go.tsx'
import { RefusalText } from '../../sentences.tsx'
import { useSpeech } from '../../speech.tsx'
import { PasskeyForm } from '../../work/passkey-form.tsx'
import { signedIn } from '../../work/signed-in.ts'

export async function loader({ context, url }: Route.LoaderArgs) {
  const naru = signedIn(context, url)
  const account = await naru.read.account.read()
  if (!account) throw redirect(`/${naru.language}/sign-in`)
  const { here, address } = naru.read.passkeyPlace
  return {
    ...account,
    name: naru.visitor.name,
    place: { here, address: address && `${address}${url.pathname}` },
    then: `/${naru.language}/work/account`,
    sample: naru.visitor.organisation ? naru.read.sampleKeyFile(naru.visitor) : null,
  }
}

export async function action({ context, url, request }: Route.ActionArgs) {
  const naru = signedIn(context, url)
  const { account } = naru.read
  const form = await request.formData()
  const text = (name: string) => String(form.get(name) ?? '')
  const refused =
    text('do') === 'rename'
      ? await account.renamePasskey(text('passkey'), text('name'))
      : text('do') === 'remove'
        ? await account.removePasskey(text('passkey'))
        : text('do') === 'end'
          ? await account.endSession(text('session'))
          : null
  if (refused) return data({ refused }, { status: 409 })
  return redirect(`/${naru.language}/work/account`)
}

export default function Account({ loaderData, actionData }: Route.ComponentProps) {
  const { say, dateTime } = useSpeech()
  const { name, passkeys, sessions, session, mayChange, place, then, sample } = loaderData
  return (
    <Page
      title={say('work.account.title')}
      above={name}
      lead={say('work.account.began', {
        how: say(`work.account.method.${session.method}`),
        when: dateTime(session.at),
      })}
      wrong={actionData !== undefined}
      trail={[{ to: '/desk', text: say('work.nav.desk') }]}
    >
      {actionData && (
        <Banner tone="danger" live title={say('work.refused')}>
          <RefusalText refusal={actionData.refused} />
          {actionData.refused.refused === 'signInIsNotFresh' && (
            <p>
              <Go to="/sign-in?back=/work/account">{say('site.signIn')}</Go>
            </p>
          )}
        </Banner>
      )}
      <Section id="passkeys" title={say('work.account.passkeys')}>
        <p>{say('work.account.passkeysLead')}</p>
        <Table
          caption={say('work.account.passkeys')}
          rows={passkeys}
          rowKey={(each) => each.id}
          empty={<Empty title={say('work.account.none')} />}
          columns={[
            {
              key: 'name',
              head: say('work.account.name'),
              names: true,
              cell: (each) => (
                <details className="more">
                  <summary>{each.name}</summary>
                  <form method="post">
                    <input type="hidden" name="do" value="rename" />
                    <input type="hidden" name="passkey" value={each.id} />
                    <label htmlFor={`name-${each.id}`}>{say('work.account.newName')}</label>
                    <input id={`name-${each.id}`} name="name" defaultValue={each.name} maxLength={60} required />
                    <Buttons>
                      <Button kind="secondary">{say('work.account.rename')}</Button>
                    </Buttons>
                  </form>
                </details>
              ),
            },
            { key: 'created', head: say('work.account.created'), kind: 'date', cell: (each) => dateTime(each.created) },
            {
              key: 'used',
              head: say('work.account.lastUsed'),
              kind: 'date',
              cell: (each) => (each.lastUsed ? dateTime(each.lastUsed) : say('work.account.never')),
            },
            {
              key: 'kept',
              head: say('work.account.kept'),
              cell: (each) => say(each.backedUp ? 'work.account.synced' : 'work.account.oneDevice'),
            },
            {
              key: 'do',
              head: say('work.account.remove'),
              cell: (each) =>
                passkeys.length > 1 && (
                  <form method="post" className="inline-form">
                    <input type="hidden" name="do" value="remove" />
                    <button type="submit" className="plain" name="passkey" value={each.id}>
                      {say('work.account.removeNamed', { name: each.name })}
                    </button>
                  </form>
                ),
            },
          ]}
        />
        {mayChange ? (
          <Banner tone="info" title={say('work.account.add')}>
            <RefusalText refusal={mayChange} />
            <p>
              <Go to="/sign-in?back=/work/account">{say('site.signIn')}</Go>
            </p>
          </Banner>
        ) : (
          <PasskeyForm place={place} does="register" then={then} button={say('work.account.add')}>
            <TextField
              name="name"
              label={say('work.account.name')}
              hint={say('work.account.nameHint')}
              width={40}
              maxLength={60}
              autoComplete="off"
            />
          </PasskeyForm>
        )}
      </Section>
      {sample && (
        <Section id="certificate" title={say('work.certificate.title')}>
          <p>{say('work.certificate.lead')}</p>
          <p className="note">
            <a href={sample}>{say('work.key.sample')}</a> {say('work.key.sampleHint')}
          </p>
        </Section>
      )}
      <Section id="sessions" title={say('work.account.sessions')}>
        <Table
          caption={say('work.account.sessions')}
          rows={sessions}
          rowKey={(each) => each.handle}
          marked={(each) => each.own}
          columns={[
            {
              key: 'how',
              head: say('work.account.how'),
              names: true,
              cell: (each) =>
                each.own
                  ? `${say(`work.account.method.${each.method}`)} (${say('work.account.thisOne')})`
                  : say(`work.account.method.${each.method}`),
            },
            {
              key: 'began',
              head: say('work.account.sessionBegan'),
              kind: 'date',
              cell: (each) => dateTime(each.began),
            },
            { key: 'seen', head: say('work.account.lastUsed'), kind: 'date', cell: (each) => dateTime(each.seen) },
            {
              key: 'end',
              head: say('work.account.end'),
              cell: (each) =>
                !each.own && (
                  <form method="post" className="inline-form">
                    <input type="hidden" name="do" value="end" />
                    <button type="submit" className="plain" name="session" value={each.handle}>
                      {say('work.account.endOf', { when: dateTime(each.began) })}
                    </button>
                  </form>
                ),
            },
          ]}
        />
      </Section>
    </Page>
  )
}
