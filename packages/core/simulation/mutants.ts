/** A planted bug: one rule about money, broken in the core's own source. */
export interface Mutant extends Edit {
  readonly name: string;
  /** Where a rule is held in more than one place. */
  readonly also?: readonly Edit[];
  /** A rare one: the seed of a history that noticed it once, lived through first. */
  readonly noticedAt?: number;
}

export interface Edit {
  /** Below the core's sources. */
  readonly file: string;
  /** Must be there exactly once. */
  readonly find: string;
  readonly replace: string;
}

export const mutants: readonly Mutant[] = [
  {
    name: 'a POST that got a 5xx is sent again',
    file: 'purchase/submit/post.ts',
    find: "  if (failure.billed === 'unknown')\n",
    replace:
      "  if (response.status >= 500)\n    return { kind: 'not-accepted', why: 'rate-limited', message: failure.message };\n  if (failure.billed === 'unknown')\n",
  },
  {
    name: 'a POST whose connection broke is sent again',
    file: 'purchase/submit/post.ts',
    find: 'if (error instanceof NeverSentError)',
    replace: "if (error instanceof NeverSentError || (error as Error).name === 'NoAnswerError')",
  },
  {
    name: 'the shared ledger need not know of an intent',
    file: 'ledger/purchase-store.ts',
    find: "      if (event.type === 'submit') {\n        await outbox.flush();\n        adopt();\n        const problem = outbox.problemOf(event.fingerprint);\n        if (problem != null) throw problem;\n        refuseFrozen(ledger?.freeze ?? null);\n        refuseOvertaken(purchases.get(event.fingerprint), purchase);",
    replace: "      if (event.type === 'submit') {\n        outbox.flushSoon();",
  },
  {
    name: 'an overtaken intent is sent all the same',
    noticedAt: 446,
    file: 'ledger/purchase-store.ts',
    find: '        refuseOvertaken(purchases.get(event.fingerprint), purchase);\n',
    replace: '',
  },
  {
    name: 'the clock is compared with no other',
    file: 'purchase/reserve.ts',
    find: '    await context.clockCheck.confirm();\n',
    replace: '',
  },
  {
    name: 'a clock that is ahead is not refused',
    file: 'model/clock-reading.ts',
    find: 'if (Math.abs(offsetMs) <= CLOCK_TOLERANCE_MS) return null;',
    replace: 'if (-offsetMs <= CLOCK_TOLERANCE_MS) return null;',
  },
  {
    name: 'what was reserved before a freeze is bought',
    noticedAt: 660,
    file: 'ledger/purchase-store.ts',
    find: '        refuseFrozen(ledger?.freeze ?? null);\n',
    replace: '',
  },
  {
    name: 'limits are checked when planning only',
    noticedAt: 632,
    file: 'budget/reserve.ts',
    find: '.filter(({ transferId }) => decision.approved.has(transferId))',
    replace: '.filter(() => true)',
  },
  {
    name: 'limits are checked on what was known before the write',
    file: 'ledger/purchase-store.ts',
    find: '        const decision = decide(shared);\n',
    replace: '        const decision = decide(journal);\n',
  },
  {
    name: 'a purchase may disappear from the ledger',
    file: 'ledger/history.ts',
    find: "  if (now == null) return last == null ? null : 'is not on record any more';",
    replace: '  if (now == null) return null;',
  },
  {
    name: 'what happened to the ledger since it was vouched for is not looked at',
    file: 'ledger/shared-ledger.ts',
    find: '      if (violation != null) throw untrusted(backend, violation);\n',
    replace: '',
  },
  {
    name: 'an intent is taken over by the clock alone',
    file: 'recovery/settle-leftovers.ts',
    find: "else if (purchase.state === 'submitting' && isOver) {",
    replace:
      "else if (purchase.state === 'submitting' && (isOver || ports.clock.nowMs() > purchase.atMs + 5_000)) {\n      await store.append({ fingerprint: purchase.fingerprint, atMs: ports.clock.nowMs(), type: 'lose-answer', message: 'late' });\n      await store.append({ fingerprint: purchase.fingerprint, atMs: ports.clock.nowMs(), type: 'release', message: 'late' });\n      continue;\n    } else if (purchase.state === 'submitting' && isOver) {",
  },
  {
    name: "a dead run's intent is given back",
    file: 'recovery/settle-leftovers.ts',
    find: "await store.append({ ...base, type: 'lose-answer', message });",
    replace: "await store.append({ ...base, type: 'release', message });",
  },
  {
    name: "a late holder's reservation is given back unseen",
    noticedAt: 3459,
    file: 'recovery/settle-leftovers.ts',
    find: "return now?.state === 'reserved' && now.round === round;",
    replace: "return now?.round === round && ['reserved', 'submitting'].includes(now.state);",
  },
  {
    name: 'recorded before it is uploaded',
    file: 'purchase/collect/collect.ts',
    find: '  const charge = settleCharge(purchase);\n  await paid.record(purchase, identity, charge);',
    replace:
      "  const charge = settleCharge(purchase);\n  if (purchase.state === 'downloaded') {\n    const archive = { artifactId: 0, artifactName: 'later', runId: 'later', path: paid.id };\n    await append(context, paid, { type: 'record', charge, archive });\n  }\n  await paid.record(purchase, identity, charge);",
  },
  {
    name: 'recorded without a proof that it is delivered',
    file: 'use-cases/deliver.ts',
    find: '  const isDelivered = (result: Result) => proved.has(nameOf(result));',
    replace:
      '  const isDelivered = (result: Result) => proved.has(nameOf(result)) || result.id !== null;',
  },
  {
    name: 'a download that was cut off is accepted',
    file: 'purchase/collect/download.ts',
    find: '    const videoSeconds = await checkPart(ports, part, request.url);',
    replace: '    const videoSeconds = await checkPart(ports, part, request.url).catch(() => 1);',
  },
  {
    name: 'an answer that says nothing of the job ends it as not billed',
    file: 'purchase/wait/wait.ts',
    find: "    if (failure == null) return { kind: 'trouble', trouble: reason };\n",
    replace:
      "    if (failure == null) {\n      const { message } = reason;\n      return { kind: 'progress', progress: { state: 'failed', failure: { kind: 'provider', message, billed: 'no' } } };\n    }\n",
  },
  {
    name: 'an answer about another job is taken for one about ours',
    file: 'purchase/wait/read-answer.ts',
    find: '  return first == null || id == null || named.includes(id)\n',
    replace: '  return first == null || id == null || named.length > 0\n',
  },
  {
    name: 'the answer to a cancel is taken for the end of the job',
    noticedAt: 840,
    file: 'purchase/wait/cancel.ts',
    find: '      await sendCancel(context, paid, request, signal);\n',
    replace:
      "      await sendCancel(context, paid, request, signal);\n      if (isAsked)\n        return { kind: 'failed', failure: { kind: 'cancelled', message: 'cancelled', billed: 'no' } };\n",
  },
  {
    name: 'absence gives the hold back at once',
    noticedAt: 1109,
    file: 'purchase/wait/look-up.ts',
    find: 'return nowMs >= intent.sentAtMs + window.value;',
    replace: 'return nowMs >= intent.sentAtMs;',
  },
  {
    name: 'a company that cannot be asked is taken to know nothing',
    file: 'purchase/wait/look-up.ts',
    find: '  if (adapter.lookup == null)\n',
    replace:
      "  if (adapter.lookup == null && purchase.provider !== '')\n    await context.store.append({ fingerprint: purchase.fingerprint, atMs: context.ports.clock.nowMs(), type: 'release', message: 'not found' });\n  if (adapter.lookup == null)\n",
  },
  {
    name: 'an unclear write is made again without looking for it',
    file: 'ledger/shared-ledger.ts',
    find: '        if (holdsAll(parsed.purchases, earlier.events)) return earlier;\n',
    replace: '',
  },
  {
    name: 'an unclear write counts as written',
    noticedAt: 155,
    file: 'ledger/shared-ledger.ts',
    find: "      if (outcome.kind === 'lost') return new Again('another run wrote first');\n",
    replace:
      "      if (outcome.kind === 'unclear') return decision;\n      if (outcome.kind === 'lost') return new Again('another run wrote first');\n",
  },
  {
    name: 'a month is counted by when it was settled',
    file: 'ledger/totals.ts',
    find: '      month: monthOf(purchase.reservedAtMs),\n      reservedAtMs: purchase.reservedAtMs,',
    replace: '      month: monthOf(purchase.atMs),\n      reservedAtMs: purchase.atMs,',
  },
  {
    name: 'partial counts each transfer alone',
    file: 'budget/apply-limits.ts',
    find: '    for (const [limit, microUsd] of after) taken.set(limit, microUsd);\n',
    replace: '',
  },
  {
    name: 'the lowest price is held',
    file: 'purchase/reserve.ts',
    find: 'holdMicroUsd: step.estimate.highMicroUsd,',
    replace: 'holdMicroUsd: step.estimate.lowMicroUsd,',
  },
  {
    name: 'a lost answer gives the hold back',
    file: 'purchase/submit/post.ts',
    find: "await context.store.append({ type: 'lose-answer', fingerprint: step.fingerprint, atMs, message });",
    replace:
      "await context.store.append({ type: 'release', fingerprint: step.fingerprint, atMs, message });",
  },
  {
    name: 'an answer that cannot be read is a refusal',
    file: 'purchase/submit/post.ts',
    find: '  } catch (error) {\n    return loseAnswer(\n',
    replace:
      "  } catch (error) {\n    if (step.id !== '')\n      return refuse(context, step, { kind: 'provider', message: '', billed: 'no' });\n    return loseAnswer(\n",
  },
  {
    name: 'an id beyond the bounds is a refusal',
    file: 'purchase/wait/read-answer.ts',
    find: '  refuseFor(whyNoHandle(operation));\n',
    replace:
      "  if (whyNoHandle(operation) != null)\n    return { kind: 'failure', failure: { kind: 'provider', message: '', billed: 'no' } };\n",
  },
  {
    name: 'a refusal for the rate does not pause the account',
    file: 'http/rate-limiter.ts',
    find: '        pausedUntilMs = Math.max(pausedUntilMs, nowMs + forMs);\n',
    replace: '        pausedUntilMs = Math.max(pausedUntilMs, nowMs + 0 * forMs);\n',
  },
  {
    name: 'an intent is written before the pause of the account is over',
    file: 'http/rate-limiter.ts',
    find: 'const forMs = Math.min(MAX_PAUSE_MS, Math.max(ownMs, retryAfterMs));',
    replace: 'const forMs = Math.min(MAX_PAUSE_MS, Math.max(ownMs, retryAfterMs / 2));',
  },
  {
    name: 'a rate limit counts as accepted',
    file: 'purchase/submit/post.ts',
    find: "  if (kind !== 'rate-limit' || billed !== 'no') return refuse(context, step, failure);\n",
    replace:
      "  if (kind !== 'rate-limit' || billed !== 'no') return refuse(context, step, failure);\n  const operation = { jobId: 'none' };\n  const atMs = context.ports.clock.nowMs();\n  const { fingerprint } = step;\n  await context.store.append({ type: 'accept', fingerprint, atMs, operation, url: null, reported: null });\n  if (atMs > 0) return { kind: 'paid', accepted: { kind: 'operation', operation } };\n",
  },
  {
    name: 'that it was not accepted is forgotten',
    noticedAt: 184,
    file: 'purchase/submit/submit.ts',
    find: "      await notAccepted(context, step.fingerprint, message);\n      if (why === 'never-sent') {",
    replace: "      if (why === 'never-sent') {",
  },
  {
    name: 'what was not sent to the ledger yet is dropped at a crash',
    noticedAt: 128,
    file: 'ledger/journal-file.ts',
    find: 'if (view.pending.length > 0) pending.set(fingerprint, view.pending);',
    replace: 'if (view.pending.length > 99) pending.set(fingerprint, view.pending);',
  },
  {
    name: 'an accept that another run overtook is dropped',
    file: 'model/purchase/purchase-state.ts',
    find: "  unknown: {\n    accept: 'submitted',\n",
    replace: '  unknown: {\n',
  },
  {
    name: 'per-pull-request is not asked',
    file: 'budget/apply-limits.ts',
    find: 'if (limit.counts == null || spentMicroUsd == null) return [];',
    replace:
      "if (limit.counts == null || spentMicroUsd == null || limit.name === 'per-pull-request') return [];",
  },
  {
    name: 'per-month is not asked',
    file: 'budget/apply-limits.ts',
    find: 'if (limit.counts == null || spentMicroUsd == null) return [];',
    replace:
      "if (limit.counts == null || spentMicroUsd == null || limit.name === 'per-month') return [];",
  },
  {
    name: 'a failure that may have been charged is free',
    noticedAt: 997,
    file: 'model/purchase/purchase.ts',
    find: "if (['released', 'failed-refunded'].includes(purchase.state)) return 0;",
    replace:
      "if (['released', 'failed-refunded', 'failed-charged'].includes(purchase.state)) return 0;\n  if (purchase.state === 'failed-charged') return 0;",
  },
  {
    name: 'failures that cost nothing are retried without end',
    noticedAt: 153,
    file: 'plan/prior/prior-purchases.ts',
    find: 'return purchase.failureCount < MAX_REFUNDED_FAILURES\n',
    replace: 'return purchase.failureCount < MAX_REFUNDED_FAILURES + 50\n',
    also: [
      {
        file: 'budget/reserve.ts',
        find: '  if (purchase.failureCount >= MAX_REFUNDED_FAILURES) return true;\n',
        replace: '  if (purchase.failureCount >= MAX_REFUNDED_FAILURES + 50) return true;\n',
      },
    ],
  },
  {
    name: 'a purchase that two runs recorded is in the totals of both runs',
    file: 'purchase/collect/record-delivery.ts',
    find: 'return { ...result, charge: null, message };',
    replace: 'return { ...result, message };',
  },
  {
    name: 'earlier purchases of a key are forgotten',
    noticedAt: 173,
    file: 'ledger/journal.ts',
    find: 'settled: earlier == null ? [] : [...earlier.settled, ...settle(earlier)],',
    replace: 'settled: earlier == null || settle(earlier).length >= 0 ? [] : earlier.settled,',
  },
  {
    name: 'a torn line stays in the journal',
    file: 'ledger/journal-file.ts',
    find: "if (text == null || text === '' || text.endsWith('\\n')) return;",
    replace: 'if (text == null || text.length >= 0) return;',
  },
  {
    name: 'what a company charges beyond an estimate is not believed',
    file: 'purchase/charge.ts',
    find: "return { microUsd: holdMicroUsd, source: 'estimated' };",
    replace: "return { microUsd: Math.floor(holdMicroUsd / 2), source: 'estimated' };",
  },
  {
    name: 'what another run holds by now is given back',
    noticedAt: 15775,
    file: 'purchase/context.ts',
    find: '    purchase.holder.runId === identity.runId &&\n    purchase.holder.attempt === identity.attempt &&\n    purchase.holder.job === identity.job &&\n    purchase.holder.checkout === store.checkout',
    replace: "    identity.runId !== ''",
  },
  {
    name: "an intent is announced on another run's reservation",
    noticedAt: 2201,
    file: 'ledger/purchase-store.ts',
    find: '      if (!isOurs) throw overtaken(before);\n',
    replace: '',
  },
  {
    name: 'the intent is written after the POST',
    file: 'purchase/submit/submit.ts',
    find: '      await announce(context, step, attempt, intentOf({ ...step, options }, urls, correlationId));\n      const outcome = await postOnce(context, step, { urls, correlationId, admission });',
    replace:
      '      const announced = () => announce(context, step, attempt, intentOf({ ...step, options }, urls, correlationId));\n    const { store } = context;\n    const late = { ...context, store: { ...store, append: (event: NewEvent) => announced().then(() => store.append(event)) } };\n    const outcome = await postOnce(late, step, { urls, correlationId, admission });',
  },
  {
    name: 'what is unknown counts as free',
    file: 'model/purchase/purchase.ts',
    find: '  const charged = purchase.charge?.microUsd;\n',
    replace:
      "  const charged = purchase.charge?.microUsd;\n  if (purchase.state === 'unknown') return 0;\n",
  },
  {
    name: 'what is stale counts as free',
    file: 'model/purchase/purchase.ts',
    find: '  const charged = purchase.charge?.microUsd;\n',
    replace:
      "  const charged = purchase.charge?.microUsd;\n  if (purchase.state === 'stale') return 0;\n",
  },
  {
    name: 'whoever comes second writes over the first',
    file: 'ledger/shared-ledger.ts',
    find: "await backend.swap(version, changes, message, signal);\n      if (outcome.kind === 'swapped') {",
    replace:
      "await backend.swap(await backend.read(signal), changes, message, signal);\n      if (outcome.kind === 'swapped') {",
  },
  {
    name: 'a write that came second is repeated without deciding again',
    file: 'ledger/shared-ledger.ts',
    find: '      const decision = decide(parsed.purchases, parsed.freeze);\n',
    replace: '      const decision = earlier ?? decide(parsed.purchases, parsed.freeze);\n',
  },
  {
    name: 'nothing is adopted: a run that asked for the same buys for itself',
    file: 'budget/reserve.ts',
    find: '  if (purchase == null) return false;\n',
    replace: "  if (purchase == null || purchase.state !== 'recorded') return false;\n",
    also: [
      {
        file: 'model/purchase/purchase-state.ts',
        find: '  const next = transitions[state][event];\n',
        replace: "  const next = event === 'reserve' ? 'reserved' : transitions[state][event];\n",
      },
    ],
  },
  {
    name: 'what is unknown is bought again',
    file: 'budget/reserve.ts',
    find: "return !['released', 'failed-refunded'].includes(purchase.state);",
    replace: "return !['released', 'failed-refunded', 'unknown'].includes(purchase.state);",
    also: [
      {
        file: 'model/purchase/purchase-state.ts',
        find: "  unknown: {\n    accept: 'submitted',\n",
        replace: "  unknown: {\n    reserve: 'reserved',\n    accept: 'submitted',\n",
      },
      {
        file: 'plan/prior/prior-purchases.ts',
        find: "    case 'submitting':\n    case 'unknown':\n      return {",
        replace: "    case 'unknown':\n      return null;\n    case 'submitting':\n      return {",
      },
    ],
  },
  {
    name: 'a re-run forgets what its first attempt settled',
    noticedAt: 306,
    file: 'budget/spent.ts',
    find: '.filter((item) => limit.counts?.(item, scope) ?? false)',
    replace:
      ".filter((item) => (limit.counts?.(item, scope) ?? false) && (limit.name !== 'per-run' || item.isHeld))",
  },
  {
    name: 'the journal is written after the effect',
    file: 'ledger/purchase-store.ts',
    find: '    await ports.files.appendDurably(journalPath(paths), formatLine(event));\n    written.add(event.fingerprint);',
    replace:
      "    const late = event.type === 'submit' ? ports.clock.sleep(5_000) : Promise.resolve();\n    const onDisk = late.then(() => ports.files.appendDurably(journalPath(paths), formatLine(event)));\n    if (event.type !== 'submit') await onDisk;\n    written.add(event.fingerprint);",
  },
  {
    name: 'what a person settled as charged is bought again',
    file: 'budget/reserve.ts',
    find: "if (purchase.state === 'written-off') return costOf(purchase) > 0;",
    replace: "if (purchase.state === 'written-off') return costOf(purchase) < 0;",
    also: [
      {
        file: 'plan/prior/prior-purchases.ts',
        find: '      return costOf(purchase) === 0\n',
        replace: '      return costOf(purchase) >= 0\n',
      },
    ],
  },
  {
    name: 'the hold follows what the clip plays, and not the longest that it claims',
    noticedAt: 6,
    file: 'providers/shared/estimates.ts',
    find: 'Math.ceil(facts.motion.longestSeconds - 0.001)',
    replace: 'Math.ceil(facts.motion.trackSeconds - 0.001)',
  },
  {
    name: 'what another company is making already is not looked at',
    noticedAt: 265,
    file: 'budget/reserve.ts',
    find: '  return [fingerprint, ...elsewhere].find((one) => isHeldOrBought(purchases.get(one), isRefresh));',
    replace:
      '  return elsewhere != null && isHeldOrBought(purchases.get(fingerprint), isRefresh) ? fingerprint : undefined;',
  },
  {
    name: 'only the companies that would be asked next are looked at',
    noticedAt: 265,
    file: 'purchase/reserve.ts',
    find: '    elsewhere: otherFingerprints(step),\n',
    replace: '    elsewhere: step.fallbacks.map(({ fingerprint }) => fingerprint),\n',
  },
  {
    name: 'what was said of a purchase before stays in the totals when they are changed by the difference',
    file: 'ledger/files/tally.ts',
    find: '    addTo(sums, purchase, -1);\n',
    replace: '',
  },
];
