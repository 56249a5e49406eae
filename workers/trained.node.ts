// The process that answers for a trained model: evaluate, predict, export.
import { pickBackend } from './backends/pickBackend.node.js';
import { tellingNotes } from './backends/tellingNotes.js';
import { exportHost } from './exportHost.node.js';
import { serveJobs } from './jobChannel.node.js';
import { answerForModel } from './trainedJobs.js';

// Standard error is the parent's.
const tell = (note: string): void => void process.stderr.write(`${note}\n`);

serveJobs((job, channel) =>
  answerForModel(job, { pick: async (name) => tellingNotes(await pickBackend(name), tell), channel, exportHost }),
);
