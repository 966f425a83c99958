import { parentPort, workerData } from 'node:worker_threads';
import { type CampaignRequest, runCampaign } from './campaign.ts';
import { loadCore } from './core.ts';

const request: CampaignRequest = workerData;
parentPort?.postMessage(await runCampaign(await loadCore(request.sources), request));
