// The web worker that answers for a trained model: evaluate, predict, export.
import { pickBackend } from './backends/pickBackend.web.js';
import { serveJobs } from './jobChannel.web.js';
import { answerForModel } from './trainedJobs.js';

// What was trained by onnxruntime's native build is answered for by what a browser has.
serveJobs((job) => answerForModel(job, (name) => pickBackend(name === 'native' ? 'auto' : name)));
