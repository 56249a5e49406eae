// The process that answers for a trained model: evaluate, predict, export.
import { pickBackend } from './backends/pickBackend.node.js';
import { serveJobs } from './jobChannel.node.js';
import { answerForModel } from './trainedJobs.js';

serveJobs((job) => answerForModel(job, pickBackend));
