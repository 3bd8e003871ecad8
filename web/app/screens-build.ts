// The build of the screens as the server sees it: one function that answers a page's request.
import { createRequestHandler } from 'react-router'
import * as build from 'virtual:react-router/server-build'
import type { ScreensBuild } from '@naru/server/http/screens.ts'
import type { Naru } from './context.ts'
import { provideContext, tellFaultsTo } from './entry.server.tsx'

const handle = createRequestHandler(build, import.meta.env.MODE)

const answer: ScreensBuild['answer'] = (request, naru, nonce) =>
  handle(request, provideContext(naru as Naru | undefined, nonce))

export { answer, tellFaultsTo }
