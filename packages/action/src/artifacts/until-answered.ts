/**
 * The result of work that may wait for a connection which was lost without an event: nothing is left to wait for
 * then, and Node would end the process in the middle of the run with exit code 13. Here it is an error instead.
 */
export async function untilAnswered<Result>(work: Promise<Result>): Promise<Result> {
  let lose: () => void = () => undefined;
  const lost = new Promise<never>((_resolve, reject) => {
    lose = () => reject(new Error('the connection was lost before an answer came'));
  });
  process.once('beforeExit', lose);
  try {
    return await Promise.race([work, lost]);
  } finally {
    process.off('beforeExit', lose);
  }
}
