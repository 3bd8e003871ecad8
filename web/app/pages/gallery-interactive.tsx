// The gallery made interactive: shows that server and browser say the same words, and what a page with scripts weighs.
export { default, loader } from './gallery.tsx'

export const handle = { hydrate: true }

/** Answers the gallery's form slowly enough that a second press can be seen to be ignored. */
export async function action() {
  await new Promise((resolve) => setTimeout(resolve, 400))
  return null
}
