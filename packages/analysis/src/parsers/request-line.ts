/** What a client asked for. */
export interface RequestLine {
  readonly method: string;
  readonly target: string;
}

/** `GET /a b HTTP/1.1`: what the client sent may have blanks, and may end without a version. */
export function requestLine(request: string): RequestLine {
  const first = request.indexOf(' ');
  if (first < 0) return { method: '', target: request };
  const last = request.lastIndexOf(' ');
  const version = last > first ? request.slice(last + 1) : '';
  const hasVersion = version.startsWith('HTTP/') || version === '-';
  return { method: request.slice(0, first), target: request.slice(first + 1, hasVersion ? last : undefined) };
}
