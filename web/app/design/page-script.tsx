// A small script of a page, which runs only if its bytes are those that were built with this page.
import { pageScripts } from 'virtual:page-scripts'

export function PageScript({ name }: { name: keyof typeof pageScripts }) {
  const { src, integrity } = pageScripts[name]
  return <script type="module" src={src} integrity={integrity || undefined} />
}
