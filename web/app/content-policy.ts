// What a page may load: its own files only, and scripts only where the page says so.

/** What a page asks for in its route's handle: React in the browser, or only small scripts of its own, which may speak to `connects` too. */
export interface PageScripts {
  /** Lets the inline scripts of an interactive page run. */
  readonly nonce?: string | undefined
  /** Only script files of this site, no inline ones. */
  readonly files?: boolean
  /** Other places its scripts may speak to: the key holder's own wallet. */
  readonly connects?: readonly string[]
}

/** The Content-Security-Policy of a page. Without a nonce or script files no script runs at all. */
export function contentPolicy({ nonce, files = false, connects = [] }: PageScripts): string {
  const scripted = nonce !== undefined || files
  return [
    "default-src 'none'",
    nonce ? `script-src 'self' 'nonce-${nonce}'` : files ? "script-src 'self'" : "script-src 'none'",
    nonce ? `style-src 'self' 'nonce-${nonce}'` : "style-src 'self'",
    // React Aria's server rendering writes style attributes; only pages with scripts use it.
    ...(nonce ? ["style-src-attr 'unsafe-inline'"] : []),
    ...(scripted ? [`connect-src ${["'self'", ...connects].join(' ')}`, "worker-src 'self'"] : []),
    "img-src 'self' data:",
    "font-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
