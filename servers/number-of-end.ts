// Long texts are found by a number: a Map of texts reads each candidate's text in memory that has gone cold, before the text that
// is wanted is compared at all.

/** Random characters of base64url that are as many bits as the number has, and more. */
const characters = 8;

/**
 * A number of 32 bits that differs for texts whose ends do (FNV-1a), such as tokens and signed cookies. Two may share it by
 * chance: who finds by it has to compare the whole text.
 */
export function numberOfEnd(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = Math.max(0, text.length - characters); at < text.length; at += 1)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  // As a signed number V8 keeps it in place.
  return hash | 0;
}
