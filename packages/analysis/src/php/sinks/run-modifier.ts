const CLOSING: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']', '<': '>' };

/** Whether the modifiers of `/pattern/modifiers` hold an `e`. */
export function hasRunModifier(text: string): boolean {
  const pattern = text.trim();
  const opening = pattern.charAt(0);
  if (pattern.length < 2 || /[A-Za-z0-9\\\s]/.test(opening)) return false;
  const end = pattern.lastIndexOf(CLOSING[opening] ?? opening);
  return end > 0 && /^[a-zA-Z\s]{0,20}$/.test(pattern.slice(end + 1)) && pattern.slice(end + 1).includes('e');
}
