// Hands the reader's speech to every component, on the server and in the browser alike.
import { createContext, type ReactNode, use } from 'react'
import { makeSpeech, type Speech, type SpokenCountry } from '../speech.ts'
import type { Catalogue, Language } from '../words/say.ts'

const SpeechContext = createContext<Speech | undefined>(undefined)
const CatalogueContext = createContext<(language: string, country: string) => Catalogue>(() => ({}))

/** Set once by the server entry and the browser entry: how to find the words of a language. */
export const CatalogueSource = CatalogueContext

/** Makes the speech of a language and a country for everything inside. */
export function SpeechProvider(props: { language: Language; country: SpokenCountry; children: ReactNode }) {
  const words = use(CatalogueContext)(props.language, props.country.code)
  const speech = makeSpeech(props.language, props.country, words)
  return <SpeechContext value={speech}>{props.children}</SpeechContext>
}

/** The speech of the reader. Throws outside a SpeechProvider: that is a fault of the page. */
export function useSpeech(): Speech {
  const speech = use(SpeechContext)
  if (!speech) throw new Error('no SpeechProvider above this component')
  return speech
}
