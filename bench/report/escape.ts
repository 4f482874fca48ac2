// Text as it stands in HTML and SVG.
const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] as string);

/** Text in which backticks set names apart. */
export const withCode = (text: string) => escaped(text).replace(/`([^`]+)`/g, '<code>$1</code>');
