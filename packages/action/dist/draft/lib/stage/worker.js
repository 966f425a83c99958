import { serveTasks } from '../workers/serve-tasks.js';
import { TASKS } from './tasks.js';
serveTasks(TASKS);
