/** Loaded into the process of a run before the bundle: its clock is off by as much as its environment says. */
const offsetMs = Number(process.env.CLOCK_OFFSET_MS);
const RealDate = Date;

class MovedDate extends RealDate {
  constructor(...args: [] | ConstructorParameters<typeof Date>) {
    if (args.length === 0) super(RealDate.now() + offsetMs);
    else super(...args);
  }

  static override now(): number {
    return RealDate.now() + offsetMs;
  }
}

globalThis.Date = MovedDate as DateConstructor;
