/** What pages may load: our own files, and nothing else. No inline script or style, no frame, no form. */
export const CONTENT_SECURITY_POLICY = policy({ form: "'none'" });

/** The same for pages with a form, which may be sent to this service alone. */
export const FORM_SECURITY_POLICY = policy({ form: "'self'" });

function policy({ form }: { form: string }): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    `form-action ${form}`,
    "frame-ancestors 'none'",
  ].join('; ');
}
