// The web worker that answers for a trained model: evaluate, predict, export.
import { pickBackend } from './backends/pickBackend.web.js';
import { exportHost } from './exportHost.web.js';
import { serveJobs } from './jobChannel.web.js';
import { answerForModel } from './trainedJobs.js';

// What was trained by onnxruntime's native build is answered for by what a browser has.
serveJobs((job, channel) =>
  answerForModel(job, { pick: (name) => pickBackend(name === 'native' ? 'auto' : name), channel, exportHost }),
);
