// Answers what a page sends while somebody types: kept in the draft as it stands, never taken for an answer; or who was first.
import { makeSpeech } from '../../speech.ts'
import type { Naru, Visitor } from '../context.ts'
import { wordsOf } from '../words.server.ts'
import { typedIn } from './act.ts'
import { typeInto, type Typing } from './typing.ts'

/** A draft as it is kept now, and how it is saved. */
export interface KeptDraft {
  readonly naru: Naru & { readonly visitor: Visitor }
  readonly id: string
  readonly kind: 'tender' | 'plan'
  readonly caseId: string | null
  readonly draft: Typing
  readonly version: number
}

/** Keeps a form as it is typed. Another page of the same draft may be saved in the same moment: then it is read and tried again. */
export async function keepTyped(form: FormData, read: () => Promise<KeptDraft>): Promise<Response> {
  for (let tries = 0; tries < 4; tries += 1) {
    const { naru, id, kind, caseId, draft, version } = await read()
    const { language, country } = naru
    const { say, dateTime, time } = makeSpeech(language, country, wordsOf(language, country.code))
    const typed = typeInto(draft, version, form, typedIn(form), { name: naru.visitor.name, at: naru.now })
    if (!typed) return Response.json({}, { status: 422 })
    if ('newer' in typed) {
      const { name, at } = typed.newer
      return Response.json({ says: say('work.draft.conflict', { who: name, when: dateTime(at) }) }, { status: 409 })
    }
    const answer = await naru.read.saveDraft({ id, kind, caseId, version, body: typed.body })
    if ('saved' in answer)
      return Response.json({
        version: answer.saved.version,
        says: say('work.draft.savedAt', { time: time(answer.saved.updated) }),
      })
  }
  return Response.json({}, { status: 503 })
}
