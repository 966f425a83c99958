import {
  PURCHASE_TAIL,
  type Purchase,
  type PurchaseHead,
  purchaseHeadSchema,
} from '../../model/purchase/purchase.ts';
import { parseEntry } from './entry-text.ts';

/** Inside of a string its quotes would have a backslash before them. */
const TAIL_START = `,"${PURCHASE_TAIL[0]}":`;

/**
 * The purchase of a line. Its first members are read now; what comes after them is parsed, and checked as strictly
 * as anywhere, when it is first asked for. A line that does not begin as this release writes it is parsed at once.
 */
export function readLazily(line: string, path: string, label: string): Purchase {
  const head = readHead(line);
  return head == null ? parseEntry(line, path, label) : lazyPurchase(head, line, path, label);
}

function readHead(line: string): PurchaseHead | null {
  const end = line.indexOf(TAIL_START);
  if (end < 0) return null;
  try {
    return purchaseHeadSchema.safeParse(JSON.parse(`${line.slice(0, end)}}`)).data ?? null;
  } catch {
    return null;
  }
}

/** Where the rest of a purchase is found. */
interface Source {
  readonly line: string;
  readonly path: string;
  readonly label: string;
  whole: Purchase | null;
}

/** Not enumerable: it is no member of a purchase, and a copy does not take it along. */
const SOURCE = Symbol('source');

/** Its members are its own, so that a copy has them all; their functions are shared, because there are so many. */
function lazyPurchase(head: PurchaseHead, line: string, path: string, label: string): Purchase {
  const source: Source = { line, path, label, whole: null };
  const known = Object.defineProperty(head, SOURCE, { value: source });
  return Object.defineProperties(known, tailGetters) as Purchase;
}

const tailGetters = Object.fromEntries(
  PURCHASE_TAIL.map((name) => [
    name,
    {
      enumerable: true,
      get(this: { readonly [SOURCE]: Source }) {
        return wholeOf(this[SOURCE])[name];
      },
    },
  ]),
);

function wholeOf(source: Source): Purchase {
  source.whole ??= parseEntry(source.line, source.path, source.label);
  return source.whole;
}
