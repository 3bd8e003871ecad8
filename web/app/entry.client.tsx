// Makes an interactive page interactive, once its words are here.
import { startTransition } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { HydratedRouter } from 'react-router/dom'
import { CatalogueSource } from './speech.tsx'
import { fetchWords } from './words.client.ts'

const { lang, dataset } = document.documentElement
const words = await fetchWords(lang, dataset.country ?? '')
const wordsOfPage = () => words

startTransition(() => {
  hydrateRoot(
    document,
    <CatalogueSource value={wordsOfPage}>
      <HydratedRouter />
    </CatalogueSource>,
  )
})
