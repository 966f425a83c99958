import type { Clock } from '../clock.ts';
import type { ResultHabits } from '../files/result-files.ts';
import type { Mount } from '../server/mount.ts';
import type { Bill } from './bill.ts';
import type { JobBook } from './jobs.ts';

/** What an emulated provider works with. */
export interface ProviderServices {
  readonly clock: Clock;
  readonly jobs: JobBook;
  readonly bill: Bill;
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
}

/** One company of the outside. Its line in the registry gives it a name and a place of its own. */
export interface EmulatedProvider<Options> {
  /** What leads a client here instead of to the company: its base URL and its keys. */
  environment(base: string): Readonly<Record<string, string>>;
  /** Habits of the host that its results lie on. */
  readonly results?: ResultHabits;
  /** Its hosts: its own, and further ones, whose names begin with its own. */
  create(services: ProviderServices, options: Options): readonly Mount[];
}
