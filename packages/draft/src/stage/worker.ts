import { serveTasks } from '../workers/serve-tasks.ts';
import { TASKS } from './tasks.ts';

serveTasks(TASKS);
