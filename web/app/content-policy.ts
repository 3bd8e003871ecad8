// What a page may load: its own files only, and scripts only where the page says so.

/** The Content-Security-Policy of a page. Without a nonce no script runs at all. */
export function contentPolicy(nonce: string | undefined): string {
  return [
    "default-src 'none'",
    nonce ? `script-src 'self' 'nonce-${nonce}'` : "script-src 'none'",
    nonce ? `style-src 'self' 'nonce-${nonce}'` : "style-src 'self'",
    // React Aria's server rendering writes style attributes; only pages with scripts use it.
    ...(nonce ? ["style-src-attr 'unsafe-inline'", "connect-src 'self'", "worker-src 'self'"] : []),
    "img-src 'self' data:",
    "font-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
