/** URLs lose their query in anything shown or stored: it may hold a signature. */
export function withoutQueries(text: string): string {
  // An apostrophe may be part of an address; it is not taken for the end of one.
  return text.replace(/(https?:\/\/[^\s?"<>]+)\?[^\s"<>]*/giu, '$1?...');
}
