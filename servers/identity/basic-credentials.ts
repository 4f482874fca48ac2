// HTTP Basic, by which one server shows another who it is.

/** What follows `Basic` in the Authorization header: id and secret, each form-encoded first (RFC 6749 section 2.3.1). */
export const basicCredentials = (id: string, secret: string): string =>
  Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64');
