declare module 'virtual:page-scripts' {
  /** Addresses of the small scripts that pages load by themselves, and what their bytes must hash to (empty while developing). */
  export const pageScripts: Readonly<
    Record<
      | 'sealing'
      | 'wallet'
      | 'keys'
      | 'live'
      | 'receipt'
      | 'autosave'
      | 'upload'
      | 'passkey'
      | 'confirm'
      | 'certificate',
      { readonly src: string; readonly integrity: string }
    >
  >
}
declare module 'virtual:key-file-script' {
  /** The name of the reader of key files, which lies beside its caller, and what its bytes must hash to. */
  export const keyFileScript: { readonly file: string; readonly integrity: string }
}
