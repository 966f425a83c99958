import { beforeAll } from 'vitest';
import { workflowEvents } from '../../../scripts/docs/workflow-events.ts';
import { judgeEvents, REPRESENTATIVES, startWorld } from './events/judge-events.ts';

beforeAll(startWorld);

judgeEvents(workflowEvents.filter(({ name }) => !REPRESENTATIVES.has(name)));
