/** What pages may load: our own files, and nothing else. No inline script or style, no frame, no form. */
export const CONTENT_SECURITY_POLICY = policy({});

/** The same for pages with a form, which may be sent to this service alone. */
export const FORM_SECURITY_POLICY = policy({ form: "'self'" });

/**
 * The same for the API viewer, which makes two style elements: an empty one, whose rules it then sets by script, and
 * one of its scroll bars, with a fixed text. Both are named by their sums; the picture beside a heading is a `data:` one.
 */
export const VIEWER_SECURITY_POLICY = policy({
  styles: [
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='",
  ],
  pictures: ['data:'],
});

interface Exceptions {
  form?: string;
  styles?: readonly string[];
  pictures?: readonly string[];
}

function policy({ form = "'none'", styles = [], pictures = [] }: Exceptions): string {
  return [
    "default-src 'none'",
    ["style-src 'self'", ...styles].join(' '),
    "script-src 'self'",
    "connect-src 'self'",
    ["img-src 'self'", ...pictures].join(' '),
    "base-uri 'none'",
    `form-action ${form}`,
    "frame-ancestors 'none'",
  ].join('; ');
}
