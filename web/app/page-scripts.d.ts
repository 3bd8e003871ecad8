declare module 'virtual:page-scripts' {
  /** Addresses of the small scripts that pages load by themselves. */
  export const pageScripts: Readonly<Record<'sealing' | 'wallet' | 'live' | 'receipt' | 'autosave' | 'upload', string>>
}
