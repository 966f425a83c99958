import { parseArgs } from 'node:util';
import { describeOffers, listOffers, type Offer } from './providers/offers.ts';

/** Who sells motion transfer, in the terminal. Reads no account and sends nothing. */
const HELP = `Lists who sells motion transfer: prices, longest clips, and the names of the keys.

Usage: npm run providers -- [options]

  --provider <id>    only this one, e.g. fal
  --model <name>     only this model, e.g. kling-3.0
  --json             prints the list as JSON instead of a table and sentences
  --help             prints this text`;

/** The command line cannot be understood; the message names the argument and what to give instead. */
class UsageError extends Error {}

try {
  const values = parseArguments(process.argv.slice(2));
  if (values.help === true) {
    console.log(HELP);
  } else {
    const offers = choose(values.provider, values.model);
    console.log(values.json === true ? JSON.stringify(offers, null, 2) : describeOffers(offers));
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\nAll options: npm run providers -- --help`);
  process.exitCode = 2;
}

function parseArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        provider: { type: 'string' },
        model: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    // What follows the first sentence speaks of quoting positional arguments.
    const [what = ''] = (error instanceof Error ? error.message : String(error)).split(/\.\s/);
    throw new UsageError(`${what}.`);
  }
}

function choose(provider: string | undefined, model: string | undefined): readonly Offer[] {
  const all = listOffers();
  check(
    'provider',
    provider,
    all.map((offer) => offer.provider),
  );
  check(
    'model',
    model,
    all.map((offer) => offer.model),
  );
  const chosen = all.filter(
    (offer) =>
      (provider == null || offer.provider === provider) && (model == null || offer.model === model),
  );
  if (chosen.length === 0)
    throw new UsageError(
      `--model is '${model}', which ${provider} does not sell; leave one of both out.`,
    );
  return chosen;
}

function check(name: string, value: string | undefined, known: readonly string[]): void {
  if (value == null || known.includes(value)) return;
  throw new UsageError(`--${name} is '${value}'; give one of ${[...new Set(known)].join(', ')}.`);
}
