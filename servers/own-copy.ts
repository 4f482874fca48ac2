// A text that holds nothing alive but itself.

/** A copy for whoever keeps it: V8 keeps a whole text, such as a request's header, for as long as a part that was cut from it. */
export const ownCopy = (text: string): string => Buffer.from(text).toString();
