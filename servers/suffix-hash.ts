// Long texts are found by a number: a Map of texts reads each candidate's text in memory that has gone cold, before the text that
// is wanted is compared at all.

/** Random characters of base64url that are as many bits as the number has, and more. */
const characters = 8;

/**
 * Of a text that may end with a signature of ML-DSA-44 (3,227 characters) as many more are read, so far from its end: the last 84
 * bytes of such a signature, 112 characters, hold hardly more than zeros (the hint: FIPS 204, section 7.1).
 */
const withHint = 3_227;
const beforeHint = 136;

/**
 * A number of 32 bits that differs for texts whose ends do (FNV-1a), such as tokens and signed cookies. Two may share it by
 * chance: who finds by it has to compare the whole text.
 */
export function suffixHash(text: string): number {
  const { length } = text;
  let hash = hashOf(text, Math.max(0, length - characters), length, 0x811c9dc5);
  if (length >= withHint) hash = hashOf(text, length - beforeHint, length - beforeHint + characters, hash);
  // As a signed number V8 keeps it in place.
  return hash | 0;
}

function hashOf(text: string, from: number, to: number, begin: number): number {
  let hash = begin;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}
